import { expect, test } from 'vitest';
import type { Address } from '../../contract/address.ts';
import type { SendRequest } from '../engine.ts';
import { giulia, Trial } from './testing.ts';

const never = (): AbortSignal => new AbortController().signal;
const request = (body: string): SendRequest => ({
  chat: giulia as Address,
  body,
  clientId: `client ${body}`,
  signal: never(),
});

test('what WhatsApp refuses is refused, and told to nobody as done: a message, and what is said of one', async () => {
  await using trial = await Trial.start();
  await trial.link();
  const { session, sandbox } = trial;
  const echo = trial.next('message', ({ fromMe, body }) => fromMe && body === 'uno');
  const { id: messageId } = await trial.arrivedAt(await session.send(request('uno')));
  // WhatsApp has it when it is told.
  expect(await echo).toMatchObject({ messageId, clientId: 'client uno', ack: 1 });
  const message = { chat: giulia as Address, messageId, fromMe: true };

  const refused = { kind: 'refused', reason: 'refused-by-whatsapp' };
  sandbox.world.setFaults({ sends: 'refuse' });
  expect(await session.send(request('due'))).toEqual(refused);
  expect(await session.edit!(message, 'altro', never())).toEqual(refused);
  expect(await session.react!(message, '👍', never())).toEqual(refused);
  expect(await session.revoke!(message, never())).toEqual(refused);

  sandbox.world.setFaults({ sends: 'normal' });
  const last = trial.next('edit');
  expect(await session.edit!(message, 'uno e mezzo', never())).toEqual({ kind: 'done' });
  expect(await last).toMatchObject({ messageId, body: 'uno e mezzo', fromMe: true });
  const said = trial.events.filter(({ kind }) => ['edit', 'reaction', 'revoke'].includes(kind));
  expect(said.map(({ kind }) => kind)).toEqual(['edit']);
  expect(trial.messages().map(({ body }) => body)).not.toContain('due');
});
