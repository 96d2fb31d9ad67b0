import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Inbox, Session } from '../../../server/contract/wire.ts';
import type { Made } from '../admin.ts';
import { masked } from '../admin.ts';
import { t, tCode } from '../text/text.ts';
import { ago } from '../text/when.ts';
import { Icon, Spinner } from './icon.tsx';
import { BringBack } from './bring-back.tsx';
import { linkByQr, Pair } from './pair.tsx';
import { Button, Chip, Facts } from './parts.tsx';
import { useAdmin, useDeed } from './room.ts';
import { phoneText } from '../../app/view/phone-text.ts';
import { comesBack, isArchived, isConnected, nameOf, toneOf } from './session-words.ts';

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
        {!isConnected(session) && <Chip tone={toneOf(session.state)}>{tCode('state_', session.state)}</Chip>}
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
  if (session.state === 'pairing' || (session.state === 'starting' && !session.me))
    return <Pair inbox={inbox} session={made?.session} />;
  if (session.state === 'starting') {
    return (
      <div class="stage" role="status">
        <h3 class="waits">
          <Spinner /> {tCode('state_', 'starting')}
        </h3>
      </div>
    );
  }
  return <Trouble inbox={inbox} />;
}

function Connected({ inbox, made }: { inbox: Inbox; made: Made | undefined }): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
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
  const facts: [string, JSX.Element][] = [
    [
      t('number'),
      <span key="number" dir="ltr">
        {phone || '—'}
      </span>,
    ],
  ];
  if (made)
    facts.push([
      t('session'),
      <code key="session" dir="ltr">
        {made.session}
      </code>,
    ]);
  if (made?.apiKey)
    facts.push([
      t('apiKey'),
      <code key="key" dir="ltr">
        {masked(made.apiKey)}
      </code>,
    ]);
  facts.push([
    t('status'),
    <Chip key="status" tone={session.state === 'working' ? 'good' : 'busy'}>
      {tCode('state_', session.state)}
    </Chip>,
  ]);
  return (
    <div class="stage" role="status">
      <h3 class="done">
        <span class="tick">
          <Icon name="check" size={18} />
        </span>
        {t('connected')}
      </h3>
      {session.code !== 'none' && (
        <p>
          <b>{tCode('reason_', session.code)}.</b>{' '}
          {session.action !== 'none' && tCode('act_', session.action)}
        </p>
      )}
      <Facts list={facts} />
      {admin.isAdmin.value && (
        <Button kind="danger" icon="unlink" isBusy={isBusy} onClick={() => void disconnect()}>
          {t('disconnect')}
        </Button>
      )}
    </div>
  );
}

/** Nothing is linked, or what was linked is not: why, and the one thing to do. */
function Trouble({ inbox }: { inbox: Inbox }): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const { session } = inbox;
  const mayLink = session.capabilities.pairing.length > 0;
  const isComing = comesBack(session);
  return (
    <div class="stage">
      <h3>{session.code === 'none' ? t('notLinked') : tCode('reason_', session.code)}</h3>
      <p class="quiet">
        {isComing
          ? t('triesItself')
          : session.action === 'none'
            ? t(isArchived(session) ? 'archivedLead' : 'notLinkedLead')
            : tCode('act_', session.action)}
        {session.retryAt ? ` (${ago(session.retryAt)})` : ''}
      </p>
      {isArchived(session) && admin.isAdmin.value && <BringBack inbox={inbox} />}
      {mayLink && (
        <Button
          kind={isComing ? 'plain' : 'primary'}
          icon={isComing ? 'retry' : 'phone'}
          isBusy={isBusy}
          onClick={() => void run(() => linkByQr(admin, inbox.id))}
        >
          {t(isComing ? 'tryNow' : 'connectNow')}
        </Button>
      )}
    </div>
  );
}
