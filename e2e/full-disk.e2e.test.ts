import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ApiClient } from './harness/client.ts';
import { startHouse } from './harness/house.ts';
import { deliver, wahaMessage, type WahaSender } from './harness/webhook-sender.ts';

/** Lets no file of the process grow beyond `bytes`: to the database a full disk, and to nobody else on the machine. */
function limitFiles(pid: number, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
}

test('a full disk is answered with 503; when there is room again it goes on by itself, and nothing acknowledged is lost', async () => {
  await using house = await startHouse({
    environment: { CHATDOCK_MODE: 'production', CHATDOCK_LOG_LEVEL: 'silent' },
  });
  const api = await ApiClient.signIn(house.url, house.signIn!);
  const inbox = await api.call<{ id: number }>('POST', '/inboxes', { name: 'Webhooks', engine: 'none' });
  const hook = await api.call<{ secret: string }>('POST', `/inboxes/${inbox.id}/webhooks`, {
    dialect: 'waha',
    session: 'org1',
  });
  const sender: WahaSender = { session: 'org1', secret: hook.secret, url: () => house.url };
  const acknowledged: string[] = [];
  const send = async (n: number): Promise<number> => {
    const id = `3EB0${n.toString(16).toUpperCase().padStart(16, '0')}`;
    const status = await deliver(sender, wahaMessage('org1', id, 'x'.repeat(20_000), 1_795_000_000 + n));
    if (status === 200) acknowledged.push(id);
    return status;
  };
  expect(await send(0)).toBe(200);

  limitFiles(house.process.pid!, 1_500_000);
  const answers: number[] = [];
  for (let n = 1; n <= 300 && answers.at(-1) !== 503; n++) answers.push(await send(n));
  expect(answers.at(-1)).toBe(503);
  // Reading goes on meanwhile.
  expect(await api.messagesOf(inbox.id)).toHaveLength(acknowledged.length);

  limitFiles(house.process.pid!, 'unlimited');
  expect(await send(1_000)).toBe(200);
  const stored = (await api.messagesOf(inbox.id)).map((row) => row.messageId);
  expect(stored.toSorted()).toEqual(acknowledged.toSorted());
});
