import type { EngineEvent } from '../../contract/engine-event.ts';
import { decodeGroup } from './decode-group.ts';
import { toJid } from './jid.ts';
import type { Life } from './life.ts';
import type { CallArgs } from './protocol.ts';
import { within } from './time-limit.ts';

const answerLimitMs = 30_000;

/** Who is in the groups of the account. */
export async function groups(life: Life): Promise<EngineEvent[]> {
  const socket = life.working();
  const all = await within(20_000, 'asking for the groups', socket.groupFetchAllParticipating());
  const now = Date.now();
  return Object.values(all).flatMap((group) => {
    life.groups.set(group.id, group);
    return decodeGroup(group, now);
  });
}

/**
 * Older messages of one Chat, asked of the phone: those before the oldest we have. Rejects when the phone does not
 * answer (it is off, or has nothing to say: it does not tell which).
 */
export async function olderMessages(
  life: Life,
  { chat, before, limit }: CallArgs<'messages'>,
): Promise<EngineEvent[]> {
  const socket = life.working();
  const [anchor] = before === undefined ? [] : await life.ask('newest', { chat, before, limit: 1 });
  const key = {
    remoteJid: toJid(chat),
    fromMe: anchor?.fromMe ?? false,
    id: anchor?.messageId ?? '',
  };
  // The phone counts in milliseconds of whole seconds; those of the same second come along.
  const at = anchor?.at ?? before ?? Date.now() + 60_000;
  const request = await within(15_000, 'asking the phone', socket.fetchMessageHistory(limit, key, at));
  try {
    return await within(
      answerLimitMs,
      'the answer of the phone',
      new Promise<EngineEvent[]>((resolve) => life.waiting.set(request, resolve)),
    );
  } finally {
    life.waiting.delete(request);
  }
}
