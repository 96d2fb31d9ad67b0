import { afterEach, expect, test } from 'vitest';
import { giulia, Trial } from './testing.ts';

const owned: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing[Symbol.asyncDispose]();
});
async function linked(...options: Parameters<typeof Trial.start>): Promise<Trial> {
  const trial = await Trial.start(...options);
  owned.push(trial);
  await trial.link();
  return trial;
}
/** Sends hang from now on, and the page knows it: what it is told comes in order. */
async function hangSends(trial: Trial): Promise<void> {
  const heard = trial.next('message', (event) => event.body === 'after the fault');
  trial.sandbox.world.setFaults({ sends: 'hang' });
  trial.sandbox.world.inbound({ from: giulia, body: 'after the fault' });
  await heard;
}
const request = (body: string, chat = giulia, signal = new AbortController().signal) => ({
  chat: chat as never,
  body,
  clientId: 'c1',
  signal,
});

test('a number that is not on WhatsApp is refused, not uncertain', async () => {
  const trial = await linked();
  const outcome = await trial.session.send(request('pronto?', '390000000000@c.us'));
  expect(outcome).toEqual({ kind: 'refused', reason: 'not-on-whatsapp' });
});

test('a refused send resolves with ack 0, and the refusal comes as an ack', async () => {
  const trial = await linked();
  trial.sandbox.world.setFaults({ sends: 'refuse' });
  const refused = trial.next('ack', (event) => event.ack === -1);
  const outcome = await trial.session.send(request('x'));
  expect(outcome).toMatchObject({ kind: 'accepted', ack: 0 });
  expect((await refused).messageId).toBe(outcome.kind === 'accepted' ? outcome.messageId : '');
});

test('a send whose caller stops waiting is uncertain', async () => {
  const trial = await linked();
  await hangSends(trial);
  const caller = new AbortController();
  const told = trial.next('message', (event) => event.body === 'x');
  const asked = trial.session.send(request('x', giulia, caller.signal));
  await told;
  caller.abort();
  expect(await asked).toEqual({ kind: 'uncertain', reason: 'timeout' });
});

test('a send that is under way when the browser dies is uncertain', async () => {
  const trial = await linked();
  await hangSends(trial);
  const told = trial.next('message', (event) => event.body === 'x');
  const asked = trial.session.send(request('x'));
  await told;
  process.kill(await trial.browserProcess(), 'SIGKILL');
  expect((await asked).kind).toBe('uncertain');
});

test('a send after the Session has ended was certainly not sent', async () => {
  const trial = await linked();
  await trial.session[Symbol.asyncDispose]();
  expect(await trial.session.send(request('x'))).toEqual({ kind: 'not-sent', reason: 'session-not-working' });
});

test('a text that is too long is refused here', async () => {
  const trial = await linked();
  const outcome = await trial.session.send(request('x'.repeat(65_537)));
  expect(outcome).toEqual({ kind: 'refused', reason: 'too-long' });
});

test('the same events told twice by the page are told once', async () => {
  const trial = await linked();
  trial.sandbox.world.setFaults({ duplicateEvents: true });
  const marker = trial.next('message', (event) => event.body === 'last');
  trial.sandbox.world.inbound({ from: giulia, body: 'once' });
  trial.sandbox.world.inbound({ from: giulia, body: 'last' });
  await marker;
  expect(trial.messages().filter((event) => event.body === 'once')).toHaveLength(1);
});
