import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from '../part.ts';

/** The least a signed webhook can cost: bytes, signature, JSON, 200. A GET is the least a poll can cost: 304. */
const secret = process.argv[2] ?? '';
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.statusCode = 304;
    response.end();
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const raw = Buffer.concat(chunks);
    const given = Buffer.from(String(request.headers['x-webhook-hmac']), 'hex');
    const expected = createHmac('sha512', secret).update(raw).digest();
    const isGenuine = given.length === expected.length && timingSafeEqual(given, expected);
    const body = JSON.parse(raw.toString()) as { event?: string };
    response.statusCode = isGenuine && body.event ? 200 : 401;
    response.end('{"success":true}');
  });
});
server.listen(0, '127.0.0.1', () => answer({ port: (server.address() as AddressInfo).port }));
