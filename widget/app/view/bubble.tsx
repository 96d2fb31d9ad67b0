import type { JSX } from 'preact';
import type { Entry } from '../model/entry.ts';
import { clockTime, fullTime } from '../text/dates.ts';
import { t, tCode } from '../text/text.ts';
import { phoneText, typeName } from './chat-row.tsx';
import { plainLine } from './format.ts';
import { Icon, typeIcon } from './icon.tsx';
import { lineLabel, type Line } from './line.ts';
import { hueOf } from './parts.tsx';
import { RichText } from './rich-text.tsx';
import { useRoom } from './shell.ts';
import { Ticks } from './ticks.tsx';

export function Bubble(props: {
  line: Line;
  position: number;
  isGroup: boolean;
  chatId: number;
}): JSX.Element {
  const { model } = useRoom();
  const { entry, startsGroup, endsGroup } = props.line;
  const sender = senderName(entry);
  const isFailed = entry.delivery === 'failed' || entry.delivery === 'uncertain';
  const agent = entry.agent && entry.agent.id !== model.me.value?.agent.id ? entry.agent.name : '';
  if (entry.type === 'system') {
    return (
      <article
        class="system-line"
        role="article"
        tabIndex={-1}
        aria-posinset={props.position}
        aria-setsize={-1}
      >
        {plainLine(entry.body) || typeName(entry.type)}
      </article>
    );
  }
  return (
    <article
      class={`message ${entry.fromMe ? 'mine' : 'theirs'}${startsGroup ? ' first' : ''}${endsGroup ? ' last' : ''}`}
      role="article"
      tabIndex={-1}
      aria-posinset={props.position}
      aria-setsize={-1}
      aria-label={lineLabel(entry, sender || (model.chat.value?.name ?? ''))}
    >
      <div class="bubble">
        {props.isGroup && !entry.fromMe && startsGroup && sender && (
          <b class={`sender hue${hueOf(entry.sender?.contactId ?? 0)}`} dir="auto">
            {sender}
          </b>
        )}
        {agent && startsGroup && <b class="sender agent">{agent}</b>}
        <Quote entry={entry} chatId={props.chatId} />
        <Body entry={entry} />
        <span class="meta">
          {entry.editedAt !== null && entry.revokedAt === null && <span>{t('edited')}</span>}
          <time title={fullTime(entry.at)}>{clockTime(entry.at)}</time>
          {entry.fromMe && entry.revokedAt === null && (
            <Ticks ack={isFailed ? -1 : entry.delivery ? 0 : entry.ack} />
          )}
        </span>
      </div>
      <Reactions entry={entry} />
      {isFailed && <Failure entry={entry} />}
    </article>
  );
}

function senderName(entry: Entry): string {
  if (!entry.sender) return '';
  return entry.sender.name || (entry.sender.phone ? phoneText(entry.sender.phone) : t('unknownPerson'));
}

function Body({ entry }: { entry: Entry }): JSX.Element {
  if (entry.revokedAt !== null) {
    return (
      <span class="text faded with-icon">
        <Icon name="ban" size={16} /> {t('revoked')}
      </span>
    );
  }
  const icon = typeIcon(entry.type);
  if (!icon) return <RichText text={entry.body} />;
  return (
    <>
      <span class="placeholder">
        <span class="placeholder-icon">
          <Icon name={icon} size={20} />
        </span>
        <span>
          <b>{typeName(entry.type)}</b>
          {entry.type !== 'call' && entry.type !== 'waiting' && <small>{t('openOnPhone')}</small>}
        </span>
      </span>
      {entry.body && <RichText text={entry.body} />}
    </>
  );
}

function Quote({ entry, chatId }: { entry: Entry; chatId: number }): JSX.Element | null {
  const { model } = useRoom();
  if (!entry.quotedMessageId) return null;
  const quoted = model.timeline(chatId).list.value.find((row) => row.messageId === entry.quotedMessageId);
  if (!quoted) return null;
  return (
    <blockquote class="quote" aria-label={t('reply')}>
      <b dir="auto">{quoted.fromMe ? t('you') : senderName(quoted) || model.chat.value?.name}</b>
      <span class="ellipsis" dir="auto">
        {quoted.revokedAt === null ? plainLine(quoted.body) || typeName(quoted.type) : t('revoked')}
      </span>
    </blockquote>
  );
}

function Reactions({ entry }: { entry: Entry }): JSX.Element | null {
  const list = entry.reactions.filter((one) => one.emoji);
  if (!list.length) return null;
  const counts = new Map<string, string[]>();
  for (const one of list)
    counts.set(one.emoji, [...(counts.get(one.emoji) ?? []), one.fromUs ? t('you') : one.name]);
  return (
    <span class="reactions">
      {Array.from(counts, ([emoji, names]) => (
        <span key={emoji} title={names.join(', ')} role="img" aria-label={`${emoji} ${names.join(', ')}`}>
          {emoji}
          {names.length > 1 && <small>{names.length}</small>}
        </span>
      ))}
    </span>
  );
}

/** What did not leave, or may not have left; and the two things one can do about it. */
function Failure({ entry }: { entry: Entry }): JSX.Element {
  const { model } = useRoom();
  const isUncertain = entry.delivery === 'uncertain';
  const why = entry.outgoing?.code
    ? tCode('problem_', entry.outgoing.code)
    : tCode('failure_', entry.failure ?? '');
  return (
    <div class={`failure${isUncertain ? ' uncertain' : ''}`}>
      <p>
        <Icon name="alert" size={15} />
        <span>
          <b>{t(isUncertain ? 'maybeSent' : 'notSent')}</b> {isUncertain ? t('maybeSentLead') : why}
        </span>
      </p>
      <span class="row-end">
        <button type="button" class="link" onClick={() => void model.retry(entry)}>
          {t(isUncertain ? 'sendAgain' : 'retry')}
        </button>
        <button type="button" class="link quiet" onClick={() => void model.discard(entry)}>
          {t(isUncertain ? 'leave' : 'remove')}
        </button>
      </span>
    </div>
  );
}
