import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Inbox } from '../../../server/contract/wire.ts';
import { isPairing } from '../../app/link/decode.ts';
import { ServerProblem } from '../../app/link/http.ts';
import { codeOf, type Admin } from '../admin.ts';
import { t, tCode } from '../text/text.ts';
import { left } from '../text/when.ts';
import { Icon, Spinner } from './icon.tsx';
import { Button, CopyButton, Field } from './parts.tsx';
import { Qr } from './qr.tsx';
import { useAdmin, useDeed } from './room.ts';

/** Begins to link, or begins anew. */
export async function linkByQr(admin: Admin, inboxId: number): Promise<void> {
  await admin.http.post(`/inboxes/${inboxId}/session/link`, { method: 'qr' });
  await admin.refreshSession(inboxId);
}

type Way = 'qr' | 'phone' | 'code';

/**
 * A QR code, or a code to type for a phone whose camera does not help. The server's Session says which of the two there
 * is; when WhatsApp gives no code for a number there is a QR code again, and the reason.
 */
export function Pair({ inbox, session }: { inbox: Inbox; session: string | undefined }): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const { pairing, code, capabilities } = inbox.session;
  // Until something is chosen here it is as the Session has it.
  const [wish, want] = useState<Way | null>(null);
  const wants = wish ?? pairing?.kind ?? 'qr';
  const isRefused = code === 'pairing-code-refused';
  useEffect(() => {
    if (isRefused) want('qr');
  }, [isRefused]);
  const hasCodes = capabilities.pairing.includes('code');
  const byQr = (): void => {
    want('qr');
    // A code for the number is being shown to WhatsApp: the QR code needs another attempt.
    if (wants === 'code' || pairing?.kind === 'code') void run(() => linkByQr(admin, inbox.id));
  };
  const name = session && (
    <p class="session-name">
      <span class="quiet">{t('session')}:</span> <code dir="ltr">{session}</code>
    </p>
  );
  if (wants === 'phone') {
    return (
      <PhoneForm
        inboxId={inbox.id}
        onAsked={() => want('code')}
        aside={
          <Button kind="quiet" onClick={() => want('qr')}>
            {t('byQr')}
          </Button>
        }
      />
    );
  }
  if (wants === 'code') {
    return (
      <TypedCode
        inbox={inbox}
        aside={
          <>
            {name}
            <Button isBusy={isBusy} onClick={byQr}>
              {t('byQr')}
            </Button>
          </>
        }
      />
    );
  }
  return (
    <div class="stage pair">
      <QrOfNow inbox={inbox} />
      <div class="pair-side">
        {isRefused && (
          <p class="trouble" role="alert">
            {t('codeRefused')}
          </p>
        )}
        <h3>{t(pairing ? 'scanQr' : 'waitingForQr')}</h3>
        <Steps last="stepQr" />
        {name}
        <div class="row-deeds">
          <Button icon="retry" isBusy={isBusy} onClick={() => void run(() => linkByQr(admin, inbox.id))}>
            {t('refreshQr')}
          </Button>
          {hasCodes && <Button onClick={() => want('phone')}>{t('byCode')}</Button>}
        </div>
      </div>
    </div>
  );
}

function Steps({ last }: { last: 'stepQr' | 'stepCode' }): JSX.Element {
  return (
    <ol class="steps">
      <li>{t('step1')}</li>
      <li>{t('step2')}</li>
      <li>{t(last)}</li>
    </ol>
  );
}

/** What is to be shown now, fetched anew with each turn. */
function usePairing(inbox: Inbox, kind: 'qr' | 'code'): string | undefined {
  const admin = useAdmin();
  const [text, setText] = useState<string | undefined>();
  const { pairing } = inbox.session;
  const turn = pairing?.kind === kind ? `${pairing.issuedAt}:${pairing.turn}` : '';
  useEffect(() => {
    if (!turn) return setText(undefined);
    const stop = new AbortController();
    admin.http.get(`/inboxes/${inbox.id}/session/pairing`, stop.signal).then(
      (answer) => {
        if (!stop.signal.aborted && isPairing(answer) && answer.kind === kind) setText(answer.value);
      },
      (error: unknown) => {
        if (error instanceof ServerProblem && !stop.signal.aborted) setText(undefined);
      },
    );
    return () => stop.abort();
  }, [admin, inbox.id, turn, kind]);
  return text;
}

/** ms since 1970, renewed every second until then. */
function useSeconds(until: number): number {
  const [at, tick] = useState(Date.now());
  const isOver = until <= at;
  useEffect(() => {
    if (isOver) return;
    const timer = setInterval(() => tick(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isOver]);
  return at;
}

/** The code of now. A new one takes its place as WhatsApp turns it. */
function QrOfNow({ inbox }: { inbox: Inbox }): JSX.Element {
  const text = usePairing(inbox, 'qr');
  const { pairing } = inbox.session;
  const until = pairing?.kind === 'qr' ? pairing.expiresAt : 0;
  const at = useSeconds(until);
  const isOver = until > 0 && until <= at;
  return (
    <div>
      <Qr text={text} isFaded={isOver} />
      {text && until > at && (
        <p class="quiet until">
          <Icon name="wait" size={16} /> {t('codeUntil', { time: left(until, at) })}
        </p>
      )}
    </div>
  );
}

function PhoneForm(props: { inboxId: number; onAsked: () => void; aside: JSX.Element }): JSX.Element {
  const admin = useAdmin();
  const field = useRef<HTMLInputElement>(null);
  const { isBusy, run } = useDeed();
  const [trouble, setTrouble] = useState('');
  // Before the next key: after the next frame it would go nowhere.
  useLayoutEffect(() => field.current?.focus(), []);
  const ask = (): Promise<boolean> =>
    run(async () => {
      setTrouble('');
      const phone = field.current!.value.trim();
      try {
        // Without its country nobody knows whose number it is.
        if (!/^(\+|00)/.test(phone)) return setTrouble('bad-phone-number');
        const body = { method: 'code', phone: phone.replace(/^00/, '+') };
        await admin.http.post(`/inboxes/${props.inboxId}/session/link`, body);
      } catch (error) {
        return setTrouble(codeOf(error));
      }
      props.onAsked();
      await admin.refreshSession(props.inboxId);
    });
  return (
    <form
      class="stage"
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <h3>{t('byCodeTitle')}</h3>
      <Field label={t('phoneNumber')}>
        <input
          ref={field}
          type="tel"
          autoComplete="tel"
          placeholder="+39 333 123 4567"
          required
          dir="ltr"
          aria-invalid={trouble !== ''}
        />
      </Field>
      {trouble && (
        <p class="trouble" role="alert">
          {tCode('problem_', trouble)}
        </p>
      )}
      <div class="row-deeds">
        <Button kind="primary" type="submit" isBusy={isBusy}>
          {t('getCode')}
        </Button>
        {props.aside}
      </div>
    </form>
  );
}

/** `ABCD-1234` in large letters, and how long it is good for. */
function TypedCode({ inbox, aside }: { inbox: Inbox; aside: JSX.Element }): JSX.Element {
  const text = usePairing(inbox, 'code');
  const { pairing } = inbox.session;
  const until = pairing?.kind === 'code' ? pairing.expiresAt : 0;
  const at = useSeconds(until);
  const letters = text?.replace(/[^a-z0-9]/gi, '') ?? '';
  const isOver = until > 0 && until <= at;
  return (
    <div class="stage pair">
      <div>
        {letters ? (
          <p class={isOver ? 'pair-code faded' : 'pair-code'} dir="ltr">
            <span class="unseen">{t('codeLabel', { code: Array.from(letters).join(' ') })}</span>
            <span aria-hidden="true">{`${letters.slice(0, 4)}-${letters.slice(4)}`}</span>
          </p>
        ) : (
          <p class="waits" role="status">
            <Spinner /> {t('codeComing')}
          </p>
        )}
        {letters && (
          <div class="row-deeds">
            <span class="quiet">{isOver ? t('codeOver') : t('codeUntil', { time: left(until, at) })}</span>
            <CopyButton text={letters} />
          </div>
        )}
      </div>
      <div class="pair-side">
        <h3>{t('typeCode')}</h3>
        <Steps last="stepCode" />
        {aside}
      </div>
    </div>
  );
}
