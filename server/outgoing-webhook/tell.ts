import { createHash } from 'node:crypto';
import type { OutgoingType } from '../contract/outgoing.ts';
import type { Message } from '../contract/wire.ts';

/** What has been told of a Message; the next change is compared with it. */
export interface Told {
  ack: number;
  failed: boolean;
  editedAt: number;
  revokedAt: number;
  reactions: string;
  rest: string;
}

/** What is to be told again later on. */
export function toldOf(message: Message): Told {
  const { media } = message;
  return {
    ack: message.fromMe ? message.ack : 0,
    failed: message.delivery === 'failed' || message.delivery === 'uncertain',
    editedAt: message.editedAt ?? 0,
    revokedAt: message.revokedAt ?? 0,
    reactions: short(
      message.reactions.map(({ emoji, fromUs, contactId }) => [emoji, fromUs, contactId]).toSorted(),
    ),
    rest: short([
      message.type,
      message.body,
      message.content,
      media && [media.state, media.mime, media.size, media.fileName],
      message.starred,
      message.votes?.map(({ option, count }) => [option, count]),
      message.mergedInto,
    ]),
  };
}

/**
 * Pure: the news in a Message as it is now, beside what was last told of it. `before` undefined and `isNew`: it was not
 * here before; undefined and not new: it is older than what is remembered, so only that it changed can be said.
 */
export function newsOf(message: Message, before: Told | undefined, isNew: boolean): OutgoingType[] {
  const now = toldOf(message);
  if (message.mergedInto !== null) {
    return before && before.rest !== now.rest ? ['message.removed'] : [];
  }
  const isSent = message.fromMe && now.ack >= 1;
  if (!before) {
    if (!isNew) return ['message.updated'];
    if (!message.fromMe) return ['message.received'];
    if (isSent) return ['message.sent'];
    return now.failed ? ['message.failed'] : [];
  }
  const news: OutgoingType[] = [];
  if (isSent && before.ack < 1) news.push('message.sent');
  else if (isSent && now.ack > before.ack) news.push('message.ack');
  if (now.failed && !before.failed) news.push('message.failed');
  if (now.editedAt !== before.editedAt) news.push('message.edited');
  if (now.revokedAt !== before.revokedAt) news.push('message.revoked');
  if (now.reactions !== before.reactions) news.push('message.reaction');
  const isExplained = news.includes('message.edited') || news.includes('message.revoked');
  // What nobody has been told of has nothing to be updated.
  const isKnown = !message.fromMe || before.ack >= 1 || before.failed;
  if (now.rest !== before.rest && !isExplained && isKnown) news.push('message.updated');
  return news;
}

function short(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 16);
}
