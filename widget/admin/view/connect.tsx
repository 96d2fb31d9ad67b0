import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Inbox, Session } from '../../../server/contract/wire.ts';
import { isPairing } from '../../app/link/decode.ts';
import { ServerProblem } from '../../app/link/http.ts';
import type { Made } from '../admin.ts';
import { t, tCode } from '../text/text.ts';
import { now } from '../text/when.ts';
import { Icon, Spinner } from './icon.tsx';
import { Button, Chip, Facts } from './parts.tsx';
import { Qr } from './qr.tsx';
import { useAdmin, useDeed } from './room.ts';
import { isConnected, nameOf, phoneText, toneOf } from './session-words.ts';

/** How often is asked while pushes do not come; it ends with the connection. */
const pollMs = 2_000;

/** Connecting one number: waiting, code, connected. What is shown follows the Session, pushed or asked for every 2 s. */
export function ConnectPanel({ inbox }: { inbox: Inbox }): JSX.Element {
  const { session } = inbox;
  const made = useAdmin().madeFor(inbox.id);
  return (
    <section class="card connect" aria-label={t('connectTitle')} data-state={session.state}>
      <div class="connect-head">
        <h2>{t('connectTitle')}</h2>
        <Chip tone={toneOf(session.state)}>{tCode('state_', session.state)}</Chip>
      </div>
      <Watch session={session} />
      <div class="connect-body">
        <Face inbox={inbox} made={made} />
      </div>
    </section>
  );
}

/** Asks while nothing is pushed. */
function Watch({ session }: { session: Session }): null {
  const admin = useAdmin();
  const { inboxId } = session;
  const mustPoll = !admin.isLive.value && !isConnected(session);
  useEffect(() => {
    if (!mustPoll) return;
    const timer = setInterval(() => void admin.refreshSession(inboxId).catch(() => undefined), pollMs);
    return () => clearInterval(timer);
  }, [admin, inboxId, mustPoll]);
  return null;
}

function Face({ inbox, made }: { inbox: Inbox; made: Made | undefined }): JSX.Element {
  const { session } = inbox;
  if (isConnected(session)) return <Connected inbox={inbox} made={made} />;
  if (session.state === 'syncing') {
    return (
      <div class="stage" role="status">
        <h3>{t('syncing')}</h3>
        <progress max={100} value={session.progress ?? undefined} aria-label={t('syncing')} />
        <p class="quiet">{t('syncingLead')}</p>
      </div>
    );
  }
  if (session.action === 'extra-step-on-phone') {
    return (
      <div class="stage" role="status">
        <h3>{tCode('reason_', session.code)}</h3>
        <p class="quiet">{tCode('act_', session.action)}</p>
      </div>
    );
  }
  if (session.state === 'pairing' && session.pairing) return <Code inbox={inbox} made={made} />;
  if (session.state === 'starting' || session.state === 'pairing') {
    return (
      <div class="stage" role="status">
        <h3>{t('waitingForQr')}</h3>
        <div class="qr-place">
          <Spinner />
          <span>{t('loading')}</span>
        </div>
        <SessionName inbox={inbox} made={made} />
      </div>
    );
  }
  return <Trouble inbox={inbox} />;
}

/** The code of now. A new one takes its place as WhatsApp turns it. */
function Code({ inbox, made }: { inbox: Inbox; made: Made | undefined }): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const [text, setText] = useState<string | undefined>();
  const { pairing } = inbox.session;
  const turn = pairing ? `${pairing.issuedAt}:${pairing.turn}` : '';
  useEffect(() => {
    const stop = new AbortController();
    admin.http.get(`/inboxes/${inbox.id}/session/pairing`, stop.signal).then(
      (answer) => isPairing(answer) && !stop.signal.aborted && setText(answer.value),
      (error: unknown) => {
        if (!(error instanceof ServerProblem)) return;
        if (!stop.signal.aborted) setText(undefined);
      },
    );
    return () => stop.abort();
  }, [admin, inbox.id, turn]);
  const isOver = pairing !== null && pairing.expiresAt < now.value;
  const isWord = pairing?.kind === 'code';
  return (
    <div class="stage pair">
      <div>
        {isWord ? (
          <p class="pair-code" dir="ltr">
            {text ?? '····-····'}
          </p>
        ) : (
          <Qr text={text} isFaded={isOver} />
        )}
      </div>
      <div class="pair-side">
        <h3>{t(isWord ? 'typeCode' : 'scanQr')}</h3>
        <ol class="steps">
          <li>{t('step1')}</li>
          <li>{t('step2')}</li>
          <li>{t('step3')}</li>
        </ol>
        <SessionName inbox={inbox} made={made} />
        <Button icon="retry" isBusy={isBusy} onClick={() => void run(() => link(admin, inbox.id))}>
          {t('refreshQr')}
        </Button>
      </div>
    </div>
  );
}

/** Begins to link, or begins anew. */
async function link(admin: ReturnType<typeof useAdmin>, inboxId: number): Promise<void> {
  await admin.http.post(`/inboxes/${inboxId}/session/link`, { method: 'qr' });
  await admin.refreshSession(inboxId);
}

function SessionName({ inbox, made }: { inbox: Inbox; made: Made | undefined }): JSX.Element {
  return (
    <p class="session-name">
      <span class="quiet">{t('session')}:</span> <code dir="ltr">{made?.session ?? nameOf(inbox)}</code>
    </p>
  );
}

/** `cdk_ab12••••••`: enough to tell two keys apart, of no use to whoever looks over the shoulder. */
export const masked = (key: string): string =>
  key.includes('•') || key.includes('…') ? key : `${key.slice(0, 8)}••••••`;

function Connected({ inbox, made }: { inbox: Inbox; made: Made | undefined }): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const heading = useRef<HTMLHeadingElement>(null);
  const { session } = inbox;
  const phone = session.me ? phoneText(session.me.phone) : '';
  const disconnect = async (): Promise<void> => {
    const isSure = await admin.ask({
      title: t('disconnectTitle', { name: nameOf(inbox) }),
      lead: t('disconnectLead'),
      deed: t('disconnect'),
      word: nameOf(inbox),
    });
    if (!isSure) return;
    await run(async () => {
      await admin.http.post(`/inboxes/${inbox.id}/session/unlink`);
      await admin.refreshSession(inbox.id);
    });
  };
  return (
    <div class="stage" role="status">
      <h3 ref={heading} class="done">
        <span class="tick">
          <Icon name="check" size={18} />
        </span>
        {t('connected')}
      </h3>
      <Facts
        list={[
          [
            t('number'),
            <span key="number" dir="ltr">
              {phone || '—'}
            </span>,
          ],
          [
            t('session'),
            <code key="session" dir="ltr">
              {made?.session ?? nameOf(inbox)}
            </code>,
          ],
          ...(made?.apiKey
            ? [
                [
                  t('apiKey'),
                  <code key="key" dir="ltr">
                    {masked(made.apiKey)}
                  </code>,
                ] as [string, JSX.Element],
              ]
            : []),
          [
            t('status'),
            <Chip key="status" tone="good">
              {tCode('state_', session.state)}
            </Chip>,
          ],
        ]}
      />
      <Button kind="danger" icon="unlink" isBusy={isBusy} onClick={() => void disconnect()}>
        {t('disconnect')}
      </Button>
    </div>
  );
}

/** Nothing is linked, or what was linked is not: why, and the one thing to do. */
function Trouble({ inbox }: { inbox: Inbox }): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const { session } = inbox;
  const mayLink = session.capabilities.pairing.length > 0;
  return (
    <div class="stage">
      <h3>{session.code === 'none' ? t('notLinked') : tCode('reason_', session.code)}</h3>
      <p class="quiet">{session.action === 'none' ? t('notLinkedLead') : tCode('act_', session.action)}</p>
      {mayLink && session.state !== 'lost' && (
        <Button
          kind="primary"
          icon="phone"
          isBusy={isBusy}
          onClick={() => void run(() => link(admin, inbox.id))}
        >
          {t('connectNow')}
        </Button>
      )}
    </div>
  );
}
