import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TailEvent } from '../admin.ts';
import { t, tCode, type TextKey } from '../text/text.ts';
import { clockTime } from '../text/when.ts';
import { Button, CopyButton, Empty, Page, Snippet } from './parts.tsx';
import { useAdmin } from './room.ts';
import { nameOf, toneOf } from './session-words.ts';

const kinds = ['session', 'message', 'chat', 'contact', 'note'] as const;

/** What happens now, as every client is told it: to watch, to filter, and to ask for again from a shell. */
export function Events(): JSX.Element {
  const admin = useAdmin();
  const [held, hold] = useState<TailEvent[] | null>(null);
  const [kind, setKind] = useState('');
  const [inboxId, setInbox] = useState(0);
  const [search, setSearch] = useState('');
  const all = held ?? admin.tail.value;
  const wanted = search.trim().toLowerCase();
  const list = all
    .filter(
      (one) =>
        (!kind || one.kind === kind) &&
        (!inboxId || one.inboxId === inboxId) &&
        (!wanted || JSON.stringify(one.row).toLowerCase().includes(wanted)),
    )
    .toReversed();
  return (
    <Page
      title={t('events')}
      lead={t('eventsLead')}
      aside={
        <>
          <Button icon={held ? 'play' : 'pause'} onClick={() => hold(held ? null : admin.tail.value)}>
            {t(held ? 'goOn' : 'hold')}
          </Button>
          <Button
            icon="trash"
            onClick={() => {
              admin.tail.value = [];
              if (held) hold([]);
            }}
          >
            {t('clear')}
          </Button>
        </>
      }
    >
      <div class="filters">
        <select aria-label={t('kind')} value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
          <option value="">{t('everyKind')}</option>
          {kinds.map((one) => (
            <option key={one} value={one}>
              {t(`kind_${one}`)}
            </option>
          ))}
        </select>
        <select
          aria-label={t('number')}
          value={inboxId}
          onChange={(event) => setInbox(Number(event.currentTarget.value))}
        >
          <option value={0}>{t('everyNumber')}</option>
          {admin.inboxes.value?.map((inbox) => (
            <option key={inbox.id} value={inbox.id}>
              {nameOf(inbox)}
            </option>
          ))}
        </select>
        <input
          type="search"
          aria-label={t('searchEvents')}
          placeholder={t('searchEvents')}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      </div>
      {list.length === 0 ? (
        <section class="card" aria-label={t('events')}>
          <Empty
            icon="pulse"
            title={t(all.length ? 'eventsNone' : 'eventsEmpty')}
            lead={t(all.length ? 'eventsNoneLead' : 'eventsEmptyLead')}
          />
        </section>
      ) : (
        <ol class="tail card flush" aria-label={t('events')}>
          {list.map((one) => (
            <Row key={one.id} event={one} />
          ))}
        </ol>
      )}
    </Page>
  );
}

function Row({ event }: { event: TailEvent }): JSX.Element {
  const admin = useAdmin();
  const [isOpen, open] = useState(false);
  const inbox = admin.inbox(event.inboxId);
  return (
    <li>
      <details onToggle={(toggled) => open(toggled.currentTarget.open)}>
        <summary>
          <time>{clockTime(event.at)}</time>
          <span class={`kind ${event.kind}`}>{t(`kind_${event.kind}` satisfies TextKey)}</span>
          <span class="grow ellipsis">
            {event.kind === 'session' ? (
              <b class={toneOf(event.what)}>{tCode('state_', event.what)}</b>
            ) : (
              <code dir="ltr">{event.what}</code>
            )}
          </span>
          <span class="quiet ellipsis" dir="auto">
            {inbox ? nameOf(inbox) : `#${event.inboxId}`}
          </span>
        </summary>
        {isOpen && (
          <div class="tail-more">
            <Snippet code={JSON.stringify(event.row, null, 2)} />
            <CopyButton text={curlOf(admin.http.host, event)} label={t('copyCurl')} />
          </div>
        )}
      </details>
    </li>
  );
}

/** Asks the server for exactly this change. */
export function curlOf(host: string, event: Pick<TailEvent, 'inboxId' | 'seq'>): string {
  const since = `${event.inboxId}:${event.seq - 1}`;
  return `curl -H "Authorization: Bearer $CHATDOCK_KEY" '${host}/api/v1/changes?since=${since}'`;
}
