import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { answer } from '../part.ts';
import { openStore } from './store.ts';

/**
 * The seed's webhook: Express, look whether the message is known, insert it if not, then the Chat's row; a query at a time,
 * each committed by itself. Better than the seed in that it checks a signature, prepares its statements and has a unique key.
 */
const [, , url = '', secret = ''] = process.argv;
const store = await openStore(url);
const app = express();
app.use(
  express.json({
    limit: '1mb',
    verify: (request, _response, raw) => {
      const given = Buffer.from(String(request.headers['x-webhook-hmac']), 'hex');
      const expected = createHmac('sha512', secret).update(raw).digest();
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error('signature');
    },
  }),
);
interface Delivery {
  payload: { id: string; from: string; to: string; fromMe: boolean; body: string; timestamp: number };
}
async function take({ payload }: Delivery): Promise<void> {
  const chatId = payload.fromMe ? payload.to : payload.from;
  const known = await store.first('select id from whats_app_message where message_id = ?', [payload.id]);
  if (!known) {
    await store.run(
      'insert into whats_app_message (message_id, chat_id, from_me, body, status, timestamp) values (?, ?, ?, ?, ?, ?)',
      [payload.id, chatId, payload.fromMe ? 1 : 0, payload.body, 'Received', payload.timestamp],
    );
    const chat = await store.first('select id from whats_app_chat where chat_id = ?', [chatId]);
    if (chat) {
      await store.run(
        'update whats_app_chat set last_body = ?, last_at = ?, unread = unread + 1 where chat_id = ?',
        [payload.body, payload.timestamp, chatId],
      );
    } else {
      await store
        .run('insert into whats_app_chat (chat_id, last_body, last_at, unread) values (?, ?, ?, 1)', [
          chatId,
          payload.body,
          payload.timestamp,
        ])
        // Another request for the same Chat was faster: the race this design has.
        .catch(() => undefined);
    }
  }
}
app.post('/webhook', (request, response, next) => {
  take(request.body as Delivery).then(() => response.json({ success: true }), next);
});
const server = app.listen(0, '127.0.0.1', () => answer({ port: (server.address() as AddressInfo).port }));
server.keepAliveTimeout = 75_000;
