import { createHash, createHmac, randomBytes } from 'node:crypto';
import { aesDecryptGCM, aesEncryptGCM, proto } from 'baileys';
import type { Message, Wid } from '../shapes.ts';
import type { World } from '../world.ts';
import { toJid } from './addresses.ts';
import type { MediaDoor } from './media-door.ts';
import { keyOf, writerOf } from './write-proto.ts';

// Votes are sealed with a secret that travels with the poll: only who has the poll can read them.

function keyFor(secret: Uint8Array, pollId: string, creator: string, voter: string): Buffer {
  const first = createHmac('sha256', Buffer.alloc(32)).update(secret).digest();
  const words = Buffer.concat([Buffer.from(pollId + creator + voter + 'Poll Vote'), Buffer.from([1])]);
  return createHmac('sha256', first).update(words).digest();
}
const boundTo = (pollId: string, voter: string): Buffer => Buffer.from(`${pollId}\0${voter}`);
const digest = (option: string): Buffer => createHash('sha256').update(option).digest();
const optionsOf = (poll: Message): string[] => (poll.fields?.pollOptions ?? []).map(({ name }) => name);

/** Options by their numbers, as votes name them. */
export const chosenIn = (poll: Message, options: readonly number[]): Buffer[] =>
  options.flatMap((index) => {
    const name = poll.fields?.pollOptions?.find(({ localId }) => localId === index)?.name;
    return name === undefined ? [] : [digest(name)];
  });

export function sealVote(
  world: World,
  media: MediaDoor,
  poll: Message,
  from: Wid,
  options: readonly number[],
  t: number,
): proto.IMessage {
  const [creator, voter] = [toJid(writerOf(poll, world)), toJid(from)];
  const selectedOptions = chosenIn(poll, options);
  const plain = proto.Message.PollVoteMessage.encode({ selectedOptions }).finish();
  const encIv = randomBytes(12);
  const key = keyFor(secretOf(poll, media), poll.id, creator, voter);
  return {
    pollUpdateMessage: {
      pollCreationMessageKey: keyOf(poll),
      vote: { encPayload: aesEncryptGCM(plain, key, encIv, boundTo(poll.id, voter)), encIv },
      senderTimestampMs: t,
    },
  };
}

/** The numbers of the options a device of ours has chosen. Throws when the vote does not open. */
export function openVote(
  world: World,
  media: MediaDoor,
  poll: Message,
  vote: proto.Message.IPollEncValue,
): number[] {
  const [creator, voter] = [toJid(writerOf(poll, world)), toJid(world.me.phone)];
  const key = keyFor(secretOf(poll, media), poll.id, creator, voter);
  const plain = aesDecryptGCM(vote.encPayload!, key, vote.encIv!, boundTo(poll.id, voter));
  const chosen = (proto.Message.PollVoteMessage.decode(plain).selectedOptions ?? []).map((one) =>
    Buffer.from(one).toString('hex'),
  );
  return optionsOf(poll).flatMap((name, index) =>
    chosen.includes(digest(name).toString('hex'))
      ? [poll.fields?.pollOptions?.[index]?.localId ?? index]
      : [],
  );
}

const secretOf = (poll: Message, media: MediaDoor): Buffer => media.secretOf(poll.id);
