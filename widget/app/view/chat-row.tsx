import type { JSX } from 'preact';
import type { Chat } from '../../../server/contract/wire.ts';
import { fullTime, shortTime } from '../text/dates.ts';
import { t } from '../text/text.ts';
import { plainLine } from './format.ts';
import { Icon, typeIcon } from './icon.tsx';
import { Avatar, hueOf } from './parts.tsx';
import { listExtras } from './list-extras.ts';
import { phoneText } from './phone-text.ts';
import { RowWork } from './row-work.tsx';
import { useRoom } from './shell.ts';
import { Ticks } from './ticks.tsx';
import { typeName } from './type-name.ts';

/** Name, else number in groups that can be read, else that WhatsApp hides both. */
export function chatName(chat: Chat): string {
  const isName = chat.name && !/^\+?\d+$/.test(chat.name);
  return isName || !chat.phone ? chat.name || t('unknownPerson') : phoneText(chat.phone);
}

export function ChatRow(props: {
  chat: Chat;
  draft: string;
  /** The name of the first file that is chosen and not sent. */
  file?: string;
  /** The name of its number, where those of several stand in one list. */
  inbox?: string | undefined;
  /** The list is in the order of who waits longest. */
  isByWaiting?: boolean;
}): JSX.Element {
  const { chat, draft, file, inbox, isByWaiting } = props;
  const extras = listExtras.value;
  const { last } = chat;
  const { model } = useRoom();
  const inCrm = model.crm.known(chat)?.name;
  const doing = model.presences.in(chat.id);
  const name = inCrm || chatName(chat);
  return (
    <>
      <Avatar id={chat.id} name={inCrm || chat.name} kind={chat.kind} picture={chat.picture} />
      <div class={`chat-row-main${chat.unread ? ' unread' : ''}`}>
        <div class="line">
          <span class="name ellipsis" dir="auto">
            {name}
          </span>
          {inCrm && (
            <span class="state-icon" role="img" aria-label={t('crmName')}>
              <Icon name="card" size={14} />
            </span>
          )}
          {chat.mutedUntil > Date.now() && (
            <span class="state-icon" role="img" aria-label={t('muted')}>
              <Icon name="mute" size={14} />
            </span>
          )}
          {inbox !== undefined && (
            <span class={`row-number ellipsis number-name hue${hueOf(chat.inboxId)}`} dir="auto">
              {inbox}
            </span>
          )}
          {extras && isByWaiting && chat.waitingSince && <extras.WaitingTime since={chat.waitingSince} />}
          {last && !(isByWaiting && chat.waitingSince) && (
            <time class="time" title={fullTime(last.at)}>
              {shortTime(last.at)}
            </time>
          )}
        </div>
        <div class="line">
          <span class="preview with-icon ellipsis">
            {extras && doing && doing !== 'online' ? (
              <extras.Doing doing={doing} />
            ) : draft || file ? (
              <>
                <b class="draft">{t('draft')}</b> {file && <Icon name="attach" size={15} />}
                <bdi>{plainLine(draft) || file}</bdi>
              </>
            ) : (
              last &&
              (extras && last.reaction ? (
                <extras.Reacted chat={chat} reaction={last.reaction} />
              ) : (
                <Preview last={last} />
              ))
            )}
          </span>
          <RowWork chat={chat} />
          {extras && <extras.RowMarks chat={chat} />}
          {chat.pinned && (
            <span class="state-icon" role="img" aria-label={t('pinned')}>
              <Icon name="pin" size={14} />
            </span>
          )}
          {chat.unread !== 0 && (
            <span
              class={`count${chat.unread < 0 ? ' mark' : ''}${chat.mutedUntil > Date.now() ? ' muted' : ''}`}
              role="img"
              aria-label={chat.unread < 0 ? t('markedUnread') : t('unreadCount', { n: chat.unread })}
            >
              {chat.unread < 0 ? '' : chat.unread > 99 ? '99+' : chat.unread}
            </span>
          )}
        </div>
      </div>
    </>
  );
}

function Preview({ last }: { last: NonNullable<Chat['last']> }): JSX.Element {
  if (last.revoked) {
    return (
      <i class="with-icon">
        <Icon name="ban" size={15} /> {t('revoked')}
      </i>
    );
  }
  const extras = listExtras.value;
  const icon = typeIcon(last.type);
  const text = plainLine(last.body);
  const seconds = extras && last.seconds;
  return (
    <>
      {last.fromMe && <Ticks ack={last.ack} />}
      {icon && <Icon name={icon} size={15} />}
      {extras && seconds && <extras.Length last={last} seconds={seconds} />}
      <bdi>{text || (!seconds && typeName(last.type))}</bdi>
    </>
  );
}
