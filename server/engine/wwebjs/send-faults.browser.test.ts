import { expect, test } from 'vitest';
import { giulia, type Trial } from './testing.ts';
import { linkedNumber } from './testing-linked.ts';

const number = linkedNumber();
/** Sends hang from now on, and the page knows it: what it is told comes in order. */
async function hangSends(trial: Trial): Promise<void> {
  const heard = trial.next('message', (event) => event.body === 'after the fault');
  trial.sandbox.world.setFaults({ sends: 'hang' });
  trial.sandbox.world.inbound({ from: giulia, body: 'after the fault' });
  await heard;
}
let sends = 0;
const request = (body: string, chat = giulia, signal = new AbortController().signal) => ({
  chat: chat as never,
  body,
  clientId: `c${++sends}`,
  signal,
});

test('a number that is not on WhatsApp is refused, not uncertain', async () => {
  const trial = await number();
  const outcome = await trial.session.send(request('pronto?', '390000000000@c.us'));
  expect(outcome).toEqual({ kind: 'refused', reason: 'not-on-whatsapp' });
});

test('a refused send resolves with ack 0, and the refusal comes as an ack', async () => {
  const trial = await number();
  trial.sandbox.world.setFaults({ sends: 'refuse' });
  const refused = trial.next('ack', (event) => event.ack === -1);
  const outcome = await trial.session.send(request('refused'));
  expect(outcome).toMatchObject({ kind: 'accepted', ack: 0 });
  expect((await refused).messageId).toBe(outcome.kind === 'accepted' ? outcome.messageId : '');
});

test('a send whose caller stops waiting is uncertain', async () => {
  const trial = await number();
  await hangSends(trial);
  const caller = new AbortController();
  const told = trial.next('message', (event) => event.body === 'given up');
  const asked = trial.session.send(request('given up', giulia, caller.signal));
  await told;
  caller.abort();
  expect(await asked).toEqual({ kind: 'uncertain', reason: 'timeout' });
});

test('a text that is too long is refused here', async () => {
  const trial = await number();
  const outcome = await trial.session.send(request('x'.repeat(65_537)));
  expect(outcome).toEqual({ kind: 'refused', reason: 'too-long' });
});

test('the same events told twice by the page are told once', async () => {
  const trial = await number();
  trial.sandbox.world.setFaults({ duplicateEvents: true });
  const marker = trial.next('message', (event) => event.body === 'last');
  trial.sandbox.world.inbound({ from: giulia, body: 'once' });
  trial.sandbox.world.inbound({ from: giulia, body: 'last' });
  await marker;
  expect(trial.messages().filter((event) => event.body === 'once')).toHaveLength(1);
});

// The last one: the number ends with it.
test('a send that is under way when the browser dies is uncertain, and one after the end was certainly not sent', async () => {
  const trial = await number();
  await hangSends(trial);
  const told = trial.next('message', (event) => event.body === 'under way');
  const asked = trial.session.send(request('under way'));
  await told;
  process.kill(await trial.browserProcess(), 'SIGKILL');
  expect((await asked).kind).toBe('uncertain');
  await trial.session[Symbol.asyncDispose]();
  expect(await trial.session.send(request('too late'))).toEqual({
    kind: 'not-sent',
    reason: 'session-not-working',
  });
});
