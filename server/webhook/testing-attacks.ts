import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { doorSecret, rowsOf, type Answer, type TestDoor } from './testing.ts';

/** What the tests of attacks have in common: deliveries signed as WAHA signs, and connections that break the rules. */
export const path = '/webhook/waha/org1';

export const mac = (raw: Uint8Array | string, secret = doorSecret): Record<string, string> => ({
  'x-webhook-hmac': createHmac('sha512', secret).update(raw).digest('hex'),
});

export const signed = (
  door: TestDoor,
  raw: Uint8Array | string,
  headers: Record<string, string> = {},
): Promise<Answer> => door.post(path, raw, { ...mac(raw), ...headers });

export const bodies = async (door: TestDoor): Promise<string[]> =>
  (await rowsOf(door.test.db, door.inboxId)).messages.map((row) => row.body);

export function head(length: number, headers: Record<string, string> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${lines.join('')}content-length: ${length}\r\n\r\n`;
}

/** A connection on which a test writes what it likes; `answer` is the first line that comes back. */
export function raw(port: number) {
  const socket = connect(port, '127.0.0.1');
  // The other side may close while this one still writes.
  socket.on('error', () => {});
  const answer = new Promise<string>((resolve) => {
    let text = '';
    const found = (): void => resolve(text.split('\r\n', 1)[0] ?? '');
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n')) found();
    });
    socket.on('close', found);
  });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  return { socket, answer, closed, write: (text: string) => socket.write(text) };
}
