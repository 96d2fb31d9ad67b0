import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Inbox } from '../../../server/contract/wire.ts';
import { isSessionChange, listOf, type SessionChange } from '../read.ts';
import { hasText, t, tCode } from '../text/text.ts';
import { clockTime, day, lasted } from '../text/when.ts';
import { ConnectPanel } from './connect.tsx';
import { HealthCard } from './health.tsx';
import { Limits } from './limits.tsx';
import { OwnerLink } from './owner-link.tsx';
import { Permitted } from './permitted.tsx';
import { Button, Card, Of, Page } from './parts.tsx';
import { NumberSettings } from './number-settings.tsx';
import { RemoveNumber } from './remove-number.tsx';
import { useAdmin, useDeed, useLoaded, type Loaded } from './room.ts';
import { isArchived, isConnected, nameOf, toneOf } from './session-words.ts';

const pageSize = 20;

/** One number: the link, how it is, its story, and what may be done to it. */
export function NumberScreen({ inbox }: { inbox: Inbox }): JSX.Element {
  const admin = useAdmin();
  const { session } = inbox;
  const isAdmin = admin.isAdmin.value;
  const story = useLoaded(
    async () =>
      listOf(await admin.http.get(`/inboxes/${inbox.id}/session/events?limit=${pageSize}`), isSessionChange),
    session.seq,
  );
  return (
    <Page
      title={nameOf(inbox)}
      back={{ href: '#/numbers', label: t('numbers') }}
      aside={<Deeds inbox={inbox} />}
    >
      <div class="columns">
        <div>
          <ConnectPanel inbox={inbox} />
          {!isConnected(session) && !isArchived(session) && <OwnerLink inbox={inbox} />}
          {isAdmin && <NumberSettings inbox={inbox} />}
          {isAdmin && !isArchived(session) && <Limits inboxId={inbox.id} />}
          {isAdmin && <Permitted inboxId={inbox.id} />}
          {isAdmin && <RemoveNumber inbox={inbox} />}
        </div>
        <div>
          <HealthCard inbox={inbox} story={story.value} />
          <Timeline inboxId={inbox.id} story={story} />
        </div>
      </div>
    </Page>
  );
}

function Deeds({ inbox }: { inbox: Inbox }): JSX.Element | null {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const { session } = inbox;
  if (session.state === 'stopped' || session.state === 'logged-out') return null;
  const stop = async (): Promise<void> => {
    const isSure = await admin.ask({
      title: t('stopTitle', { name: nameOf(inbox) }),
      lead: t('stopLead'),
      deed: t('stop'),
    });
    if (!isSure) return;
    await run(async () => {
      await admin.http.post(`/inboxes/${inbox.id}/session/stop`);
      await admin.refreshSession(inbox.id);
    });
  };
  // One act on the server: it ends what runs and begins afresh, and a stop that comes meanwhile counts.
  const restart = async (): Promise<void> => {
    const isSure =
      !isConnected(session) ||
      (await admin.ask({
        title: t('restartTitle', { name: nameOf(inbox) }),
        lead: t('restartLead'),
        deed: t('restart'),
      }));
    if (!isSure) return;
    await run(async () => {
      await admin.http.post(`/inboxes/${inbox.id}/session/restart`);
      admin.say(t('restarting'));
      await admin.refreshSession(inbox.id);
    });
  };
  return (
    <>
      {session.me && (
        <Button icon="retry" isBusy={isBusy} onClick={() => void restart()}>
          {t('restart')}
        </Button>
      )}
      <Button icon="pause" isBusy={isBusy} onClick={() => void stop()}>
        {t('stop')}
      </Button>
    </>
  );
}

/** The story of a link, by day, newest first. */
function Timeline({ inboxId, story }: { inboxId: number; story: Loaded<SessionChange[]> }): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const [older, setOlder] = useState<SessionChange[]>([]);
  const [isEnd, setEnd] = useState(false);
  const more = async (list: SessionChange[]): Promise<void> => {
    const before = list.at(-1)?.id;
    const path = `/inboxes/${inboxId}/session/events?limit=${pageSize}&before=${before}`;
    const page = listOf(await admin.http.get(path), isSessionChange);
    setOlder([...older, ...page]);
    setEnd(page.length < pageSize);
  };
  return (
    <Card title={t('timeline')}>
      <Of from={story}>
        {(newest) => {
          const oldestNew = newest.at(-1)?.id ?? 0;
          const list = [...newest, ...older.filter(({ id }) => id < oldestNew)];
          if (!list.length) return <p class="quiet">{t('timelineEmpty')}</p>;
          return (
            <>
              <ol class="timeline">
                {list.map((change, index) => (
                  <Change key={change.id} change={change} before={list[index - 1]} />
                ))}
              </ol>
              {newest.length >= pageSize && !isEnd && (
                <Button isBusy={isBusy} onClick={() => void run(() => more(list))}>
                  {t('older')}
                </Button>
              )}
            </>
          );
        }}
      </Of>
    </Card>
  );
}

/** News of its own kind has a name of its own; the rest is called by the state it led to. */
function titleOf({ event, state }: SessionChange): string {
  const key = `event_${event ?? ''}`;
  return hasText(key) ? t(key) : tCode('state_', state);
}

function Change({
  change,
  before,
}: {
  change: SessionChange;
  before: SessionChange | undefined;
}): JSX.Element {
  const isNewDay = !before || day(before.at) !== day(change.at);
  const { at, code, detail, event, connectedMs, status } = change;
  return (
    <li class={toneOf(change.state)}>
      {isNewDay && <h3 class="day">{day(at)}</h3>}
      <div class="moment">
        <time dateTime={new Date(at).toISOString()}>{clockTime(at)}</time>
        <div>
          <b>{titleOf(change)}</b>
          {code !== 'none' && <p>{tCode('reason_', code)}</p>}
          {event === 'disconnected' && connectedMs && (
            <small class="quiet">{t('connectedFor', { time: lasted(connectedMs) })}</small>
          )}
          {(detail || status) && (
            <details>
              <summary>{t('details')}</summary>
              {status && <small class="quiet">{t('shownBefore', { status: `${status}` })}</small>}
              {detail && <code dir="ltr">{detail}</code>}
            </details>
          )}
        </div>
      </div>
    </li>
  );
}
