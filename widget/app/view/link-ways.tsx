import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Session } from '../../../server/contract/wire.ts';
import type { Desk } from '../model/desk.ts';
import { locale, t, tCode } from '../text/text.ts';
import { copyText } from './clipboard.ts';
import { Countdown } from './countdown.tsx';
import { Icon } from './icon.tsx';
import { Steps } from './link-steps.tsx';
import { callingCodes, exampleOf, international, regionOf } from './country-codes.ts';
import { Spinner } from './parts.tsx';
import { Qr } from './qr.tsx';
import { useRoom } from './shell.ts';

interface Way {
  desk: Desk;
  session: Session;
}

/** A code is being fetched or is to come: between the two nothing is asked of the person. */
function isComing(desk: Desk, session: Session): boolean {
  return (
    desk.pairing.isAsking.value ||
    session.state === 'starting' ||
    (session.state === 'pairing' && !session.pairing)
  );
}

export function ByQr({ desk, session }: Way): JSX.Element {
  const { shell } = useRoom();
  const code = desk.pairing.code.value?.kind === 'qr' ? desk.pairing.code.value : null;
  const over = useSignal(0);
  const isCurrent = session.pairing?.kind === 'qr';
  const isExpired = code !== null && (!isCurrent || over.value === code.issuedAt) && !isComing(desk, session);
  const shownTurn = useRef(0);
  useEffect(() => {
    if (!code) return;
    if (shownTurn.current && code.turn !== shownTurn.current) shell.announce(t('newCode'));
    shownTurn.current = code.turn;
  }, [code?.value]);
  const again = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isExpired) return;
    shell.announce(t('qrExpired'));
    // Enter asks for a new code, unless the person is busy elsewhere.
    const root = again.current?.getRootNode() as ShadowRoot | undefined;
    const focused = root?.activeElement;
    if (!focused || focused.matches('.panel, .link-page *')) again.current?.focus();
  }, [isExpired]);
  return (
    <>
      <div class="qr-frame" key="frame">
        {code && <Qr text={code.value} isFaded={isExpired || !isCurrent} />}
        {(!code || isExpired || !isCurrent) && (
          <div class="qr-cover">
            {isComing(desk, session) ? (
              <>
                <Spinner size={28} />
                <span>{t(session.state === 'starting' ? 'startingTitle' : 'qrPreparing')}</span>
                {session.state === 'starting' && <small>{t('startingLead')}</small>}
              </>
            ) : (
              <>
                {isExpired && <span>{t('qrExpired')}</span>}
                <button ref={again} type="button" class="primary" onClick={() => void desk.pairing.link()}>
                  <Icon name={isExpired ? 'retry' : 'scan'} size={18} />
                  {t(isExpired ? 'qrAgain' : 'qrStart')}
                </button>
              </>
            )}
          </div>
        )}
      </div>
      <PairingTrouble desk={desk} />
      <div class="under-code">
        {code && isCurrent && !isExpired && (
          <>
            <Countdown
              issuedAt={code.issuedAt}
              expiresAt={code.expiresAt}
              onEnd={() => setTimeout(() => (over.value = code.issuedAt), 4_000)}
            />
            <small>{t('qrRefreshes')}</small>
          </>
        )}
      </div>
      <Steps way="qr" />
    </>
  );
}

export function ByCode({ desk, session }: Way): JSX.Element {
  const { shell } = useRoom();
  const phone = useRef<HTMLInputElement>(null);
  const isCopied = useSignal(false);
  const wantsOther = useSignal(false);
  const region = useSignal(regionOf(locale.peek(), navigator.languages));
  const code = desk.pairing.code.value?.kind === 'code' ? desk.pairing.code.value : null;
  const isCurrent = session.pairing?.kind === 'code' && code !== null && !wantsOther.value;
  useEffect(() => {
    isCopied.value = false;
    if (code) shell.announce(t('codeLabel', { code: Array.from(code.value).join(' ') }));
  }, [code?.value]);
  if (isCurrent) {
    const letters = Array.from(code.value.replace(/[^a-z0-9]/gi, ''));
    return (
      <>
        <div class="code" role="img" aria-label={t('codeLabel', { code: letters.join(' ') })}>
          {letters.map((letter, index) => (
            <span key={index} class={index === 4 ? 'box gap' : 'box'} aria-hidden="true">
              {letter}
            </span>
          ))}
        </div>
        <div class="under-code">
          <Countdown issuedAt={code.issuedAt} expiresAt={code.expiresAt} onEnd={() => undefined} />
          <button
            type="button"
            class="plain"
            onClick={() => void copyText(letters.join('')).then((isDone) => (isCopied.value = isDone))}
          >
            <Icon name={isCopied.value ? 'check' : 'copy'} size={18} />
            {t(isCopied.value ? 'copied' : 'copy')}
          </button>
          <button type="button" class="plain" onClick={() => (wantsOther.value = true)}>
            {t('otherNumber')}
          </button>
        </div>
        <PairingTrouble desk={desk} />
        <Steps way="code" />
      </>
    );
  }
  return (
    <>
      <form
        class="stack flush"
        onSubmit={(event) => {
          event.preventDefault();
          const value = phone.current!.value.trim();
          if (!value) return;
          wantsOther.value = false;
          void desk.pairing.link(international(value, region.value));
        }}
      >
        <div class="with-country">
          <label class="field">
            <span>{t('country')}</span>
            <span class="country">
              <span aria-hidden="true">+{callingCodes.get(region.value)}</span>
              <Icon name="chevron" size={14} />
              <select value={region.value} onChange={(event) => (region.value = event.currentTarget.value)}>
                {countries(locale.value).map(([code, name]) => (
                  <option key={code} value={code}>
                    {name} (+{callingCodes.get(code)})
                  </option>
                ))}
              </select>
            </span>
          </label>
          <label class="field grow">
            <span>{t('phoneLabel')}</span>
            <input
              ref={phone}
              type="tel"
              inputMode="tel"
              autoComplete="tel"
              dir="ltr"
              placeholder={exampleOf(region.value)}
              aria-invalid={desk.pairing.trouble.value === 'bad-phone-number' ? 'true' : undefined}
              required
            />
          </label>
        </div>
        <button type="submit" class="primary wide" aria-disabled={desk.pairing.isAsking.value}>
          {desk.pairing.isAsking.value && <Spinner />}
          {t('getCode')}
        </button>
        <PairingTrouble desk={desk} />
      </form>
      <Steps way="code" />
    </>
  );
}

/** Why there is no code: beside what was asked for, not below what is to be read. */
function PairingTrouble({ desk }: { desk: Desk }): JSX.Element | null {
  const { value } = desk.pairing.trouble;
  return (
    value && (
      <p class="trouble" role="alert">
        {tCode('problem_', value)}
      </p>
    )
  );
}

/** All countries by their names in that language. */
function countries(tag: string): [code: string, name: string][] {
  const names = new Intl.DisplayNames([tag, 'en'], { type: 'region' });
  const order = new Intl.Collator(tag);
  return Array.from(callingCodes.keys(), (code): [string, string] => [code, names.of(code) ?? code]).toSorted(
    (a, b) => order.compare(a[1], b[1]),
  );
}
