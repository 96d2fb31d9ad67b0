import { editableFor } from '../../model/deeds.ts';
import type { Entry } from '../../model/entry.ts';
import type { Model } from '../../model/model.ts';
import { nowMinute } from '../../text/dates.ts';

/** What can be done to a Message, by what the engine can and what the Message is. */
export interface Can {
  any: boolean;
  reply: boolean;
  react: boolean;
  vote: boolean;
  forward: boolean;
  edit: boolean;
  revoke: boolean;
  star: boolean;
  copy: boolean;
  info: boolean;
  select: boolean;
}

export function canActOn(model: Model, entry: Entry): Can {
  const able = model.desk.value?.session.value?.capabilities;
  const chat = model.findChat(entry.chatId);
  const isRow = !entry.outgoing && entry.revokedAt === null;
  const isSent = isRow && entry.messageId !== null && entry.type !== 'waiting';
  const isOwn = isSent && entry.fromMe && entry.delivery === null;
  const can = {
    reply: isSent && chat?.kind !== 'channel',
    react: isSent && Boolean(able?.react),
    vote: isSent && entry.type === 'poll' && Boolean(able?.vote),
    forward: isSent && Boolean(able?.forward) && !entry.content?.viewOnce,
    edit: isOwn && Boolean(able?.edit) && entry.type === 'text' && nowMinute.value - entry.at < editableFor,
    revoke: isOwn && Boolean(able?.revoke),
    star: isSent && Boolean(able?.star),
    copy: entry.revokedAt === null && entry.body !== '',
    info: isRow,
    select: isRow && entry.id > 0,
  };
  return { ...can, any: Object.values(can).some(Boolean) };
}
