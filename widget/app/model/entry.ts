import type { Message, Quoted } from '../../../server/contract/wire.ts';
import type { Note } from '../link/work-api.ts';
import type { Outgoing } from './outbox.ts';

/** A Message as the chat shows it; `outgoing` while the server has not answered yet. */
export type Entry = Message & {
  outgoing?: Outgoing;
  /** It is no Message but an internal note between them. */
  note?: Note;
};

/** A pending text in the clothes of a Message. */
export function toEntry(outgoing: Outgoing): Entry {
  const { quoted, mentions, file, poll, link } = outgoing.extras;
  return {
    id: 0,
    inboxId: 0,
    chatId: outgoing.chatId,
    messageId: null,
    clientId: outgoing.clientId,
    fromMe: true,
    agent: null,
    sender: null,
    type: poll ? 'poll' : (file?.as ?? 'text'),
    body: poll?.question ?? outgoing.body,
    at: outgoing.at,
    ack: 0,
    delivery: outgoing.state === 'failed' ? 'failed' : 'queued',
    failure: null,
    editedAt: null,
    revokedAt: null,
    quotedMessageId: quoted?.messageId ?? null,
    quoted: quoted ?? null,
    content: { poll, link },
    media: file
      ? {
          id: 0,
          state: 'stored',
          mime: file.mime,
          size: file.blob.size,
          fileName: file.name,
          seconds: file.seconds,
          width: file.width,
          height: file.height,
          waveform: file.waveform,
          thumbnail: null,
          hasSmall: false,
          animated: false,
        }
      : null,
    mentions: mentions ?? [],
    forwarded: 0,
    starred: false,
    reactions: [],
    votes: poll ? poll.options.map((option) => ({ option, count: 0, voters: [] })) : null,
    named: [],
    mergedInto: null,
    seq: 0,
    outgoing,
  };
}

/** What a Message looks like in the answer to it; nothing while WhatsApp has given it no id. */
export function toQuoted(entry: Entry): Quoted | undefined {
  if (entry.messageId === null) return undefined;
  return {
    id: entry.id,
    messageId: entry.messageId,
    type: entry.type,
    body: entry.body.slice(0, 300),
    fromMe: entry.fromMe,
    name: entry.sender?.name ?? '',
    revoked: entry.revokedAt !== null,
  };
}
