import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { Session } from '../../../server/contract/wire.ts';
import { aSession } from '../../testing/rows.ts';
import { Api } from '../link/api.ts';
import type { PairingCode } from '../link/decode.ts';
import { Http } from '../link/http.ts';
import { PairingRoom } from './pairing.ts';

test('a code that is asked for while an unlinking is not answered yet stays on the screen', async () => {
  let answer = (): void => {};
  const code: PairingCode = {
    kind: 'code',
    value: 'ABCD-EFGH',
    issuedAt: 2_000,
    expiresAt: 182_000,
    turn: 1,
  };
  const http = Object.assign(Object.create(Http.prototype) as Http, {
    get: async () => code,
    post: () => new Promise<void>((done) => (answer = done)),
  });
  const session = signal<Session | undefined>();
  const room = new PairingRoom(new Api(http), 1, () => session.value);
  const unlinking = room.unlink();
  // The push that tells of it was faster, and the person too.
  session.value = aSession({ state: 'pairing', me: null, pairing: code });
  await expect.poll(() => room.code.value).toEqual(code);
  answer();
  await unlinking;
  expect(room.code.value).toEqual(code);
  room.close();
});

test('what is wanted while an answer is awaited is asked after it: the last wish, and not the same one twice', async () => {
  const asked: unknown[] = [];
  const answers: (() => void)[] = [];
  const http = Object.assign(Object.create(Http.prototype) as Http, {
    post: (_: string, body: { phone?: string }) => {
      asked.push(body.phone ?? 'qr');
      return new Promise<void>((done) => answers.push(done));
    },
  });
  const room = new PairingRoom(new Api(http), 1, () => undefined);
  const linking = room.link('+39333');
  await room.link('+39333');
  await room.link();
  await room.link('+39444');
  expect(asked).toEqual(['+39333']);
  answers[0]!();
  await expect.poll(() => asked).toEqual(['+39333', '+39444']);
  expect(room.isAsking.value).toBe(true);
  answers[1]!();
  await linking;
  expect(asked).toHaveLength(2);
  expect(room.isAsking.value).toBe(false);
  expect(room.expected.value).toBe('39444');
  room.close();
});
