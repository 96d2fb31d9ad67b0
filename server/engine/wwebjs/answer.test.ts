import { expect, test } from 'vitest';
import { phoneAddress } from '../../contract/address.ts';
import { answer } from './answer.ts';
import type { Live } from './live.ts';

// What the library's many ways to fail mean for one send. Until it is called nothing has been sent; from then on only
// an answer tells.

const chat = phoneAddress('393331234567');
interface Played {
  phase?: string;
  isClosed?: boolean;
  open?: () => Promise<unknown>;
  send?: () => Promise<unknown>;
}
function sendWith({ phase = 'working', isClosed = false, open, send }: Played) {
  const live = {
    phase,
    page: { isClosed: () => isClosed, evaluate: open ?? (() => Promise.resolve(true)) },
    client: { sendMessage: send ?? (() => Promise.reject(new Error('not to be called'))) },
  };
  return answer(live as unknown as Live, 'send', { chat, body: 'x', clientId: 'c' });
}
const fails = (message: string) => () => Promise.reject(new Error(message));

test('a page without the repair sends and returns nothing: perhaps sent', async () => {
  expect(await sendWith({ send: () => Promise.resolve(undefined) })).toEqual({
    kind: 'uncertain',
    reason: 'engine-error',
  });
});

test.each([
  ['Execution context was destroyed, most likely because of a navigation.'],
  ['Protocol error (Runtime.callFunctionOn): Target closed'],
  ['Attempted to use detached Frame'],
  ['r: r'],
])('the call breaks off with "%s": perhaps sent', async (message) => {
  expect(await sendWith({ send: fails(message) })).toMatchObject({ kind: 'uncertain' });
});

test('broken off before the call: certainly not sent', async () => {
  const broken = fails('Execution context was destroyed');
  expect(await sendWith({ open: broken })).toEqual({ kind: 'not-sent', reason: 'engine-error' });
  expect(await sendWith({ isClosed: true })).toEqual({ kind: 'not-sent', reason: 'session-not-working' });
  expect(await sendWith({ phase: 'syncing' })).toEqual({ kind: 'not-sent', reason: 'session-not-working' });
});

test('nobody there: refused, before anything is sent', async () => {
  const refused = { kind: 'refused', reason: 'not-on-whatsapp' };
  expect(await sendWith({ open: fails('Evaluation failed: Error: No LID for user') })).toEqual(refused);
  expect(await sendWith({ open: () => Promise.resolve(false) })).toEqual(refused);
});

test.each([
  [{ _serialized: 'true_393331234567@c.us_3EB0AA' }],
  [{ $1: 'true_393331234567@c.us_3EB0AA' }],
  [{ fromMe: true, remote: { server: 'c.us', user: '393331234567' }, id: '3EB0AA' }],
])('an id in the spelling %j is the bare id', async (id) => {
  const sent = { id, ack: 0, timestamp: 1_795_000_000 };
  expect(await sendWith({ send: () => Promise.resolve(sent) })).toEqual({
    kind: 'accepted',
    messageId: '3EB0AA',
    ack: 0,
    at: 1_795_000_000_000,
  });
});
