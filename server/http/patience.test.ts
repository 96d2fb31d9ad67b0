import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createHttpServer } from './app.ts';

async function serverWith(patienceMs: number) {
  const seen: string[] = [];
  const server = createHttpServer((request, response) => {
    seen.push(request.url ?? '');
    request.resume().on('end', () => response.end('whole'));
  }, patienceMs);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    seen,
    /** Sends a head and a part of the body, and gives what comes back until the line is closed. */
    async send(path: string, body: string) {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      await once(socket, 'connect');
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      const answer = new Promise<string>((done) => socket.once('close', () => done(text)));
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 10\r\n\r\n${body}`,
      );
      return { socket, answer };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

test('a body that does not come to its end in time is answered with 408; one that does is not', async () => {
  await using server = await serverWith(50);
  const slow = await server.send('/api/v1/inboxes', 'half');
  expect(await slow.answer).toMatch(/^HTTP\/1\.1 408 /);
  const quick = await server.send('/api/v1/inboxes', '0123456789');
  expect(await quick.answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*whole$/);
});

test.each([
  ['an upload', '/api/v1/uploads?fileName=a'],
  ['a webhook that brings a file', '/webhook/wwebjs-api/org1'],
])('%s may take longer: it has a pace of its own to keep', async (_, path) => {
  await using server = await serverWith(50);
  const upload = await server.send(path, 'half');
  // Another body, begun later, has been given up by now.
  expect(await (await server.send('/api/v1/other', 'half')).answer).toMatch(/ 408 /);
  upload.socket.write('012345');
  expect(await upload.answer).toMatch(/^HTTP\/1\.1 200 /);
});
