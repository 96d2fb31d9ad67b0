import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { answer } from '../part.ts';
import { openStore } from '../rivals/store.ts';

/** The least a live message can cost: JSON, one INSERT, one frame that looks like the product's. Then 200. */
const store = await openStore(process.argv[2] ?? '');
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => void take(Buffer.concat(chunks)).then(() => response.end('{"success":true}')));
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  // HELLO → WELCOME, SUBSCRIBE → SUBSCRIBED: as much of WAMP as the client of the bench speaks.
  socket.on('message', (text) => {
    const [kind, request] = JSON.parse(String(text)) as [number, unknown];
    socket.send(kind === 1 ? '[2,1,{}]' : JSON.stringify([33, request, 1]));
  });
});

interface Delivery {
  payload: { id: string; from: string; body: string; timestamp: number };
}
async function take(raw: Buffer): Promise<void> {
  const { payload } = JSON.parse(raw.toString()) as Delivery;
  await store.run(
    'insert into whats_app_message (message_id, chat_id, from_me, body, status, timestamp) values (?, ?, 0, ?, ?, ?)',
    [payload.id, payload.from, payload.body, 'Received', payload.timestamp],
  );
  const row = { messageId: payload.id.split('_')[2], body: payload.body, at: payload.timestamp };
  const frame = JSON.stringify([36, 1, 1, {}, [{ rows: { messages: [row] } }]]);
  for (const socket of sockets.clients) socket.send(frame);
}
server.listen(0, '127.0.0.1', () => answer({ port: (server.address() as AddressInfo).port }));
