import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Inbox } from '../../../server/contract/wire.ts';
import { isMade, masked } from '../admin.ts';
import { listOf, one, reader } from '../read.ts';
import { t, tCode } from '../text/text.ts';
import { ago, now } from '../text/when.ts';
import { Figures } from './figures.tsx';
import { Icon, Spinner } from './icon.tsx';
import { Later, type Chunk } from './later.tsx';
import type { Wish } from './new-number.tsx';
import { Button, Chip, Empty, Page, Secret, When } from './parts.tsx';
import { Removals } from './removals.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';
import { phoneText } from '../../app/view/phone-text.ts';
import { comesBack, isConnected, nameOf, toneOf } from './session-words.ts';

const numberScreen: Chunk<{ inbox: Inbox }> = {
  texts: ['number'],
  bring: async () => (await import('./number.tsx')).NumberScreen,
};
const connectPanel: Chunk<{ inbox: Inbox }> = {
  texts: ['number'],
  bring: async () => (await import('./connect.tsx')).ConnectPanel,
};
const newNumber: Chunk<{ onDone: (wish?: Wish) => void }> = {
  texts: ['number'],
  bring: async () => (await import('./new-number.tsx')).NewNumber,
};

/** What has been written at a number. */
interface Activity {
  inboxId: number;
  lastAt: number;
  messages: number;
}
const isActivity = reader<Activity>({ inboxId: 'number', lastAt: 'number', messages: 'number' });

/** The numbers of the Organisation, each with how it is, in words. */
export function Numbers({ rest }: { rest: string[] }): JSX.Element {
  const admin = useAdmin();
  const list = admin.inboxes.value;
  const [currentId, show] = useState(0);
  const [fresh, setFresh] = useState('');
  const [isChoosing, choose] = useState(false);
  const { isBusy, run } = useDeed();
  const activity = useLoaded(
    async () =>
      listOf(await admin.http.get(`/sessions/activity?since=${new Date().setHours(0, 0, 0, 0)}`), isActivity),
    `${now.value} ${list?.length}`,
  );
  const chosen = rest[0] === undefined ? undefined : admin.inbox(Number(rest[0]));
  if (chosen)
    return <Later key={chosen.id} of={numberScreen} give={{ inbox: chosen }} label={nameOf(chosen)} />;

  // One click: what waits for its phone is found again, what is not there is made, and its code comes by itself.
  const connect = async (wish?: Wish): Promise<void> => {
    await admin.refreshMade();
    const all = admin.made.peek();
    const waits = all.find(({ inboxId }) => {
      const session = admin.inboxes.peek()?.find(({ id }) => id === inboxId)?.session;
      return session && !isConnected(session) && session.state !== 'syncing';
    });
    if (waits && !wish) {
      await admin.http.post(`/connect/${waits.session}/refresh`);
      await admin.refreshSession(waits.inboxId);
      return show(waits.inboxId);
    }
    const n = all.length + 1;
    const body = n > 1 ? { name: `number-${n}`, label: t('numberN', { n }), ...wish } : { ...wish };
    const made = one(await admin.http.post('/connect', body), isMade);
    // A key is whole this once.
    if (made.apiKey && made.apiKey !== masked(made.apiKey)) setFresh(made.apiKey);
    await Promise.all([admin.refresh(), admin.refreshMade()]);
    show(made.inboxId);
  };
  const current = currentId ? admin.inbox(currentId) : undefined;
  const mayConnect = admin.isAdmin.value && list !== undefined && !current && !isChoosing;
  const buttons = mayConnect && (
    <>
      <Button onClick={() => choose(true)}>{t('newNumberOptions')}</Button>
      <Button kind="primary" icon="plus" isBusy={isBusy} onClick={() => void run(connect)}>
        {t('connectWhatsApp')}
      </Button>
    </>
  );
  return (
    <Page title={t('numbers')} lead={t('numbersLead')} aside={list?.length ? buttons : undefined}>
      {isChoosing && (
        <Later
          of={newNumber}
          give={{
            onDone: (wish) => {
              choose(false);
              if (wish) void run(() => connect(wish));
            },
          }}
        />
      )}
      {current && <Later key={current.id} of={connectPanel} give={{ inbox: current }} />}
      {fresh && <Secret title={t('apiKey')} value={fresh} onDone={() => setFresh('')} />}
      {list === undefined && (
        <div class="waiting" role="status">
          <Spinner />
          {t('loading')}
        </div>
      )}
      {list?.length === 0 && !isChoosing && (
        <section class="card connect" aria-label={t('connectTitle')}>
          <Empty icon="phone" title={t('connectTitle')} lead={t('connectLead')}>
            <div class="deeds">{buttons}</div>
          </Empty>
        </section>
      )}
      <ul class="tiles">
        {list
          ?.filter(({ id }) => id !== current?.id)
          .map((inbox) => (
            <Tile
              key={inbox.id}
              inbox={inbox}
              activity={activity.value?.find(({ inboxId }) => inboxId === inbox.id)}
            />
          ))}
      </ul>
      {admin.isAdmin.value && <Removals />}
      {admin.isAdmin.value && list !== undefined && list.length > 0 && <Figures />}
    </Page>
  );
}

function Tile({ inbox, activity }: { inbox: Inbox; activity: Activity | undefined }): JSX.Element {
  const { session } = inbox;
  return (
    <li class="tile">
      <a href={`#/numbers/${inbox.id}`}>
        <span class={`tile-mark ${toneOf(session.state)}`}>
          <Icon name="phone" />
        </span>
        <span class="grow">
          <b dir="auto">{nameOf(inbox)}</b>
          <span class="quiet" dir="ltr">
            {session.me ? phoneText(session.me.phone) : t('noPhone')}
          </span>
        </span>
        <Icon name="next" size={18} flip />
      </a>
      <div class="tile-state">
        <Chip tone={toneOf(session.state)}>{tCode('state_', session.state)}</Chip>
        <span class="quiet">
          <When at={session.since} />
        </span>
        <span class="tag" dir="ltr">
          {session.engine}
        </span>
        {session.upstream !== 'whatsapp' && (
          <span class="tag" dir="ltr">
            {session.upstream}
          </span>
        )}
      </div>
      {activity && activity.lastAt > 0 && (
        <p class="tile-why quiet">
          {t('messagesToday', { n: activity.messages })} · {t('lastMessage')} <When at={activity.lastAt} />
        </p>
      )}
      <Why inbox={inbox} />
    </li>
  );
}

/** What is wrong, and what helps. */
function Why({ inbox }: { inbox: Inbox }): JSX.Element | null {
  const { code, action, retryAt } = inbox.session;
  if (code === 'none') return null;
  // When, is known while it pauses.
  const isComing = comesBack(inbox.session);
  return (
    <p class="tile-why">
      <b>{tCode('reason_', code)}.</b>{' '}
      {isComing ? t('triesItself') : action !== 'none' && tCode('act_', action)}
      {retryAt ? ` (${ago(retryAt)})` : ''}
    </p>
  );
}
