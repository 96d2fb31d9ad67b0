import type { MessageContent } from '../contract/content.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { usableId } from '../contract/message-reference.ts';
import { boundedCount, limits, person } from './bounded.ts';
import { at, flagAt, millisecondsAt, textAt } from './foreign.ts';

type CallContent = NonNullable<MessageContent['call']>;

/**
 * A call as it rings, is taken or refused: `{id, from, isVideo, timestamp?}`. It is a Message under the call's own id, so
 * that everything told of one call meets in one row. Until somebody is known to have taken it, it is a missed one.
 */
export function decodeCall(call: unknown, answered: boolean, now: number): EngineEvent[] {
  const messageId = textAt(call, 'id') ?? textAt(call, 'id', 'id');
  const chat = person(at(call, 'from') ?? at(call, 'peerJid'));
  if (!messageId || !usableId(messageId) || !chat) return [];
  return [
    {
      kind: 'message',
      messageId,
      chat,
      fromMe: flagAt(call, 'fromMe') ?? flagAt(call, 'outgoing') ?? false,
      type: 'call',
      body: '',
      at: millisecondsAt(call, 'timestamp') ?? millisecondsAt(call, 'offerTime') ?? now,
      origin: 'live',
      content: { call: { video: flagAt(call, 'isVideo') ?? false, missed: !answered } },
    },
  ];
}

/** The line a call leaves in the Chat (`call_log` of the page). */
export function callLog(data: unknown, fromMe: boolean): CallContent {
  const seconds = boundedCount(at(data, 'callDuration'), limits.seconds);
  const outcome = textAt(data, 'callOutcome') ?? textAt(data, 'subtype') ?? '';
  const hasFailed = /miss|reject|declin|cancel|fail|unavail|silence|busy/i.test(outcome);
  const hasWorked = (seconds ?? 0) > 0 || /connect|complet|accept|ongoing/i.test(outcome);
  return {
    video: flagAt(data, 'isVideoCall') ?? flagAt(data, 'isVideo') ?? /video/i.test(outcome),
    missed: hasFailed || (!hasWorked && !fromMe),
    ...(seconds !== undefined && seconds > 0 ? { seconds } : {}),
  };
}
