import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Session } from '../../../server/contract/wire.ts';
import type { Desk } from '../model/desk.ts';
import { t } from '../text/text.ts';
import { copyText } from './clipboard.ts';
import { Countdown } from './countdown.tsx';
import { Icon, type IconName } from './icon.tsx';
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
  useEffect(() => {
    if (isExpired) shell.announce(t('qrExpired'));
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
              </>
            ) : (
              <>
                {isExpired && <span>{t('qrExpired')}</span>}
                <button type="button" class="primary" onClick={() => void desk.pairing.link()}>
                  <Icon name={isExpired ? 'retry' : 'scan'} size={18} />
                  {t(isExpired ? 'qrAgain' : 'qrStart')}
                </button>
              </>
            )}
          </div>
        )}
      </div>
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
      <Steps last={t('step3')} middle={t('step2')} icon="scan" />
    </>
  );
}

export function ByCode({ desk, session }: Way): JSX.Element {
  const { shell } = useRoom();
  const phone = useRef<HTMLInputElement>(null);
  const isCopied = useSignal(false);
  const wantsOther = useSignal(false);
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
        <Steps last={t('step3code')} middle={t('step2code')} icon="key" />
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
          if (!value || desk.pairing.isAsking.value) return;
          wantsOther.value = false;
          void desk.pairing.link(value);
        }}
      >
        <label class="field">
          <span>{t('phoneLabel')}</span>
          <span class="with-action">
            <input
              ref={phone}
              type="tel"
              inputMode="tel"
              autoComplete="tel"
              dir="ltr"
              placeholder={t('phoneHint')}
              required
            />
            <button type="submit" class="primary" aria-disabled={desk.pairing.isAsking.value}>
              {desk.pairing.isAsking.value && <Spinner />}
              {t('getCode')}
            </button>
          </span>
        </label>
      </form>
      <Steps last={t('step3code')} middle={t('step2code')} icon="key" />
    </>
  );
}

function Steps({ middle, last, icon }: { middle: string; last: string; icon: IconName }): JSX.Element {
  const steps: [IconName, string][] = [
    ['phone', t('step1')],
    ['settings', middle],
    [icon, last],
  ];
  return (
    <ol class="steps">
      {steps.map(([icon, text]) => (
        <li key={text}>
          <span class="step-icon">
            <Icon name={icon} />
          </span>
          {text}
        </li>
      ))}
    </ol>
  );
}
