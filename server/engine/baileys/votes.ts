import { createHash, createHmac, randomBytes } from 'node:crypto';
import { aesEncryptGCM, decryptPollVote, proto } from 'baileys';
import type { Address } from '../../contract/address.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import { asRaw, list, milliseconds, type Raw } from './bounds.ts';
import { optionsOf, partOf } from './decode-content.ts';
import { contentOf, readKey } from './decode.ts';

// Votes are sealed with a secret that travels with the poll: whoever has the poll can read them.

export interface Poll {
  options: string[];
  secret: Uint8Array;
}

/** What of a kept message makes it a poll. */
export function pollOf(message: proto.IMessage | undefined): Poll | undefined {
  const content = contentOf(message);
  const part = partOf(content);
  const secret =
    asRaw(content['messageContextInfo'])['messageSecret'] ?? message?.messageContextInfo?.messageSecret;
  if (part?.type !== 'poll' || !(secret instanceof Uint8Array)) return undefined;
  return { options: optionsOf(part.data), secret };
}

const digest = (option: string): Buffer => createHash('sha256').update(option).digest();

function chosenOf(poll: Poll, vote: unknown): string[] {
  const chosen = list(asRaw(vote)['selectedOptions'], 64).flatMap((one) =>
    one instanceof Uint8Array ? Buffer.from(one).toString('hex') : [],
  );
  return poll.options.filter((option) => chosen.includes(digest(option).toString('hex')));
}

/**
 * Opens the vote inside a message. Creator and voter are part of the seal, in one of their spellings: `spellings` gives
 * all that a person is known by. `undefined` when none fits.
 */
export function openVote(
  info: Raw,
  poll: Poll,
  spellings: { creator: readonly string[]; voter: readonly string[] },
): string[] | undefined {
  const update = asRaw(contentOf(info['message'])['pollUpdateMessage']);
  const vote = update['vote'] as proto.Message.IPollEncValue | undefined;
  const pollMsgId = readKey(update['pollCreationMessageKey'])?.messageId ?? '';
  if (!vote?.encPayload || !vote.encIv) return undefined;
  for (const pollCreatorJid of spellings.creator)
    for (const voterJid of spellings.voter)
      try {
        const sealed = { pollCreatorJid, pollMsgId, pollEncKey: poll.secret, voterJid };
        return chosenOf(poll, decryptPollVote(vote, sealed));
      } catch {
        // Another spelling, then.
      }
  return undefined;
}

/** The votes that history tells with a poll. */
export function votesOf(info: Raw, poll: Poll, me: readonly Address[]): EngineEvent[] {
  const about = readKey(info['key']);
  const [self] = me;
  if (!about) return [];
  const { chat, messageId, fromMe } = about;
  return list(info['pollUpdates'], 1_000).flatMap((raw): EngineEvent[] => {
    const update = asRaw(raw);
    const own = asRaw(update['pollUpdateMessageKey']);
    const fromUs = own['fromMe'] === true;
    const key = readKey({ ...own, id: messageId });
    const voter = fromUs ? self : (key?.participant ?? key?.chat);
    const at = milliseconds(update['senderTimestampMs']) ?? 0;
    if (!voter) return [];
    return [
      { kind: 'vote', messageId, chat, fromMe, voter, fromUs, options: chosenOf(poll, update['vote']), at },
    ];
  });
}

/** A vote of ours, sealed. */
export function sealVote(
  poll: Poll,
  of: { id: string; key: proto.IMessageKey; creator: string; voter: string },
  options: readonly string[],
  now: number,
): proto.IMessage {
  const first = createHmac('sha256', Buffer.alloc(32)).update(poll.secret).digest();
  const words = Buffer.concat([Buffer.from(`${of.id}${of.creator}${of.voter}Poll Vote`), Buffer.from([1])]);
  const key = createHmac('sha256', first).update(words).digest();
  const plain = proto.Message.PollVoteMessage.encode({ selectedOptions: options.map(digest) }).finish();
  const encIv = randomBytes(12);
  const encPayload = aesEncryptGCM(plain, key, encIv, Buffer.from(`${of.id}\0${of.voter}`));
  return {
    pollUpdateMessage: {
      pollCreationMessageKey: of.key,
      vote: { encPayload, encIv },
      senderTimestampMs: now,
    },
  };
}
