import type { JSX } from 'preact';
import type { Inbox } from '../../../server/contract/wire.ts';
import { isSessionChange, listOf } from '../read.ts';
import { t } from '../text/text.ts';
import { ConnectPanel } from './connect.tsx';
import { HealthCard } from './health.tsx';
import { Limits } from './limits.tsx';
import { OwnerLink } from './owner-link.tsx';
import { Permitted } from './permitted.tsx';
import { Button, Page } from './parts.tsx';
import { NumberSettings } from './number-settings.tsx';
import { RemoveNumber } from './remove-number.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';
import { isArchived, isConnected, nameOf } from './session-words.ts';
import { pageSize, Timeline } from './timeline.tsx';

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
        isSafe: true,
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
