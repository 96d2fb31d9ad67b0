import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Inbox } from '../../../server/contract/wire.ts';
import { isMade } from '../admin.ts';
import { one } from '../read.ts';
import { t, tCode } from '../text/text.ts';
import { ConnectPanel, masked } from './connect.tsx';
import { Icon } from './icon.tsx';
import { NumberScreen } from './number.tsx';
import { Button, Chip, Empty, Page, Secret, When } from './parts.tsx';
import { useAdmin, useDeed } from './room.ts';
import { isConnected, nameOf, phoneText, toneOf } from './session-words.ts';

/** The numbers of the Organisation, each with how it is, in words. */
export function Numbers({ rest }: { rest: string[] }): JSX.Element {
  const admin = useAdmin();
  const list = admin.inboxes.value;
  const [currentId, show] = useState(0);
  const [fresh, setFresh] = useState('');
  const { isBusy, run } = useDeed();
  const chosen = rest[0] === undefined ? undefined : admin.inbox(Number(rest[0]));
  if (chosen) return <NumberScreen key={chosen.id} inbox={chosen} />;

  // One click: what waits for its phone is found again, what is not there is made, and its code comes by itself.
  const connect = async (): Promise<void> => {
    await admin.refreshMade();
    const all = admin.made.peek();
    const waits = all.find(({ inboxId }) => {
      const session = admin.inboxes.peek()?.find(({ id }) => id === inboxId)?.session;
      return session && !isConnected(session);
    });
    if (waits) {
      await admin.http.post(`/connect/${waits.session}/refresh`);
      await admin.refreshSession(waits.inboxId);
      return show(waits.inboxId);
    }
    const body = all.length ? { name: `number-${all.length + 1}` } : {};
    const made = one(await admin.http.post('/connect', body), isMade);
    // A key is whole this once.
    if (made.apiKey && made.apiKey !== masked(made.apiKey)) setFresh(made.apiKey);
    await Promise.all([admin.refresh(), admin.refreshMade()]);
    show(made.inboxId);
  };
  const current = currentId ? admin.inbox(currentId) : undefined;
  return (
    <Page
      title={t('numbers')}
      lead={t('numbersLead')}
      aside={
        list?.length && !current ? (
          <Button kind="primary" icon="plus" isBusy={isBusy} onClick={() => void run(connect)}>
            {t('connectWhatsApp')}
          </Button>
        ) : undefined
      }
    >
      {current && <ConnectPanel inbox={current} />}
      {fresh && <Secret title={t('apiKey')} value={fresh} onDone={() => setFresh('')} />}
      {list?.length === 0 && !current && (
        <section class="card connect" aria-label={t('connectTitle')}>
          <Empty icon="phone" title={t('connectTitle')} lead={t('connectLead')}>
            <Button kind="primary" icon="phone" isBusy={isBusy} onClick={() => void run(connect)}>
              {t('connectWhatsApp')}
            </Button>
          </Empty>
        </section>
      )}
      <ul class="tiles">
        {list
          ?.filter(({ id }) => id !== current?.id)
          .map((inbox) => (
            <Tile key={inbox.id} inbox={inbox} />
          ))}
      </ul>
    </Page>
  );
}

function Tile({ inbox }: { inbox: Inbox }): JSX.Element {
  const { session } = inbox;
  const isWell = session.code === 'none';
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
      </div>
      {!isWell && (
        <p class="tile-why">
          <b>{tCode('reason_', session.code)}.</b>{' '}
          {session.action !== 'none' && tCode('act_', session.action)}
        </p>
      )}
      <small class="quiet engine" dir="ltr">
        {[session.engine, session.upstream].filter(Boolean).join(' · ')}
      </small>
    </li>
  );
}
