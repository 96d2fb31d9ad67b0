import { Agent, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { answer } from '../part.ts';
import { openStore } from './store.ts';

/**
 * The seed's getChatMessages: call the engine for the last 50, look for each in the database and insert what is missing,
 * list 50, answer. Nothing is new while it is measured. Without the sign-in that the seed's host asks for.
 */
const [, , url = '', upstreamPort = ''] = process.argv;
const store = await openStore(url);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
interface Upstream {
  messages: { id: { _serialized: string }; body: string; timestamp: number; fromMe: boolean }[];
}

function askUpstream(): Promise<Upstream> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: Number(upstreamPort), agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString()) as Upstream));
      response.on('error', reject);
    }).on('error', reject);
  });
}

async function list(chatId: string): Promise<unknown[]> {
  const { messages } = await askUpstream();
  for (const message of messages) {
    const id = message.id._serialized;
    if (await store.first('select id from whats_app_message where message_id = ?', [id])) continue;
    await store
      .run(
        'insert into whats_app_message (message_id, chat_id, from_me, body, status, timestamp) values (?, ?, ?, ?, ?, ?)',
        [id, chatId, message.fromMe ? 1 : 0, message.body, 'Received', message.timestamp],
      )
      // Another poll was faster: the race this design has.
      .catch(() => undefined);
  }
  const rows = await store.all(
    'select * from whats_app_message where chat_id = ? order by timestamp desc limit 50',
    [chatId],
  );
  return rows.toReversed();
}

const app = express();
app.get('/getChatMessages', (request, response, next) => {
  list(String(request.query['chatId'])).then((rows) => response.json({ list: rows }), next);
});
const server = app.listen(0, '127.0.0.1', () => answer({ port: (server.address() as AddressInfo).port }));
server.keepAliveTimeout = 75_000;
