import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { MessageInfo } from '../../model/deeds.ts';
import type { Entry } from '../../model/entry.ts';
import { clockTime, fullTime, shortTime } from '../../text/dates.ts';
import { t, type TextKey } from '../../text/text.ts';
import { Avatar, Spinner } from '../parts.tsx';
import { RichText } from '../rich-text.tsx';
import { useRoom } from '../shell.ts';
import { Ticks } from '../ticks.tsx';
import { writerName } from './names.ts';
import { Sheet } from './sheet.tsx';

const ticks = ['tick_pending', 'tick_server', 'tick_device', 'tick_read', 'tick_played'] as const;

/** When a Message went and how far it got; in groups with whom. */
export function InfoSheet({ entry, onClose }: { entry: Entry; onClose: () => void }): JSX.Element {
  const { model } = useRoom();
  // To one person, the state says it all; in a group one wants to know who has not.
  const isGroup = model.findChat(entry.chatId)?.kind === 'group';
  const isEdited = entry.editedAt !== null && entry.revokedAt === null;
  const info = useSignal<MessageInfo | 'failed' | undefined>(undefined);
  useEffect(() => {
    if (!entry.fromMe && !isEdited) return;
    model.talk.deeds.info(entry).then(
      (read) => (info.value = read),
      () => (info.value = 'failed'),
    );
  }, [entry.id, entry.ack, entry.editedAt]);
  return (
    <Sheet title={t('infoTitle')} onClose={onClose}>
      <dl class="facts">
        <dt>{t(entry.fromMe ? 'infoSent' : 'infoReceived')}</dt>
        <dd>{fullTime(entry.at)}</dd>
        <dt>{t('infoBy')}</dt>
        <dd dir="auto">{entry.agent?.name ?? writerName(model, entry)}</dd>
        {entry.fromMe && (
          <>
            <dt>{t('infoState')}</dt>
            <dd class="with-icon">
              {t(ticks[entry.ack as 0] ?? ('tick_error' satisfies TextKey))} <Ticks ack={entry.ack} />
            </dd>
          </>
        )}
        {entry.editedAt !== null && (
          <>
            <dt>{t('edited')}</dt>
            <dd>{fullTime(entry.editedAt)}</dd>
          </>
        )}
      </dl>
      {(entry.fromMe || isEdited) && info.value === undefined && <Spinner />}
      {info.value === 'failed' && (
        <p class="trouble" role="alert">
          {t('infoFailed')}
        </p>
      )}
      {isEdited && typeof info.value === 'object' && (
        <Versions entry={entry} versions={info.value.versions} />
      )}
      {entry.fromMe && typeof info.value === 'object' && (
        <>
          {entry.type === 'voice' && (
            <People title={t('infoPlayed')} people={info.value.playedBy} isGroup={isGroup} />
          )}
          <People title={t('infoRead')} people={info.value.readBy} isGroup={isGroup} />
          <People title={t('infoDelivered')} people={info.value.deliveredTo} isGroup={isGroup} />
        </>
      )}
    </Sheet>
  );
}

/** What it said before, the newest of these first; nothing where it was already edited when we first heard of it. */
function Versions(props: { entry: Entry; versions: MessageInfo['versions'] }): JSX.Element | null {
  const { model } = useRoom();
  const { entry } = props;
  const before = props.versions.slice(0, -1).toReversed();
  const last = props.versions.at(-1)?.agent;
  const by = (agent: { name: string } | null): string => agent?.name ?? writerName(model, entry);
  return (
    <section class="versions">
      <h3>{t('infoBefore')}</h3>
      {last && (
        <p class="quiet">
          {t('infoEditedBy')} <bdi>{last.name}</bdi>
        </p>
      )}
      {!before.length && <p class="quiet">{t('infoBeforeNone')}</p>}
      <ol>
        {before.map(({ body, at, agent }) => (
          <li key={at}>
            <RichText text={body || '—'} mentions={entry.mentions} />
            <small>
              <bdi>{agent || !entry.agent ? by(agent) : entry.agent.name}</bdi> · {fullTime(at)}
            </small>
          </li>
        ))}
      </ol>
    </section>
  );
}

function People(props: {
  title: string;
  people: MessageInfo['readBy'];
  isGroup: boolean;
}): JSX.Element | null {
  const { title, people } = props;
  if (!people.length && !props.isGroup) return null;
  return (
    <section class="people">
      <h3>{title}</h3>
      {people.length ? (
        <ul>
          {people.map((one) => (
            <li key={one.contactId}>
              <Avatar id={one.contactId} name={one.name} small />
              <span class="grow ellipsis" dir="auto">
                {one.name || t('unknownPerson')}
              </span>
              <time title={fullTime(one.at)}>
                {shortTime(one.at) === clockTime(one.at) ? '' : `${shortTime(one.at)} `}
                {clockTime(one.at)}
              </time>
            </li>
          ))}
        </ul>
      ) : (
        <p class="quiet">{t('infoNobody')}</p>
      )}
    </section>
  );
}
