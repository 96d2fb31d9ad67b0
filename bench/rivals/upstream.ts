import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from '../part.ts';

/** The engine's HTTP server behind the rival: the last 50 messages of a Chat, in the size wwebjs-api gives them. Its CPU is not counted. */
const messages = Array.from({ length: 50 }, (_, n) => {
  const id = { fromMe: false, remote: '15551230001@c.us', id: `AC${String(n).padStart(30, '0')}` };
  const model = {
    body: `message ${n}`,
    type: 'chat',
    timestamp: 1_795_000_000 + n,
    from: id.remote,
    fromMe: false,
    to: '15550009999@c.us',
    hasMedia: false,
    ack: 1,
    deviceType: 'android',
    links: [],
    vCards: [],
    id: { ...id, _serialized: `false_${id.remote}_${id.id}` },
  };
  return { ...model, _data: { ...model, notifyName: 'Alice', t: model.timestamp, isNewMsg: true } };
});
const body = JSON.stringify({ success: true, messages });
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(body);
});
server.keepAliveTimeout = 75_000;
server.listen(0, '127.0.0.1', () => answer({ port: (server.address() as AddressInfo).port }));
