import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where deliveries go, and what they are signed with. */
export interface Target {
  host: string;
  port: number;
  path: string;
  secret: string;
}

export const session = 'org1';
/** People who write to us: as many Chats. */
const people = 200;

/** A genuine recorded delivery, of which only the id, the person, the text and the times are changed. */
const recorded = (
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../../server/webhook/waha/fixtures/05-message.json'), 'utf8'),
  ) as { body: string }
).body;
type Recorded = { timestamp: number; session: string; payload: Record<string, unknown> };

/** The body of the `n`th delivery. Same `n`, same message. */
export function deliveryBody(n: number, messageId: string, text: string): string {
  const body = JSON.parse(recorded) as Recorded;
  const from = `1555${String(1_000_000 + (n % people))}@c.us`;
  const id = `false_${from}_${messageId}`;
  const at = Math.floor(Date.now() / 1000);
  body.timestamp = at * 1000;
  body.session = session;
  const inner = body.payload['_data'];
  body.payload = {
    ...body.payload,
    id,
    from,
    timestamp: at,
    body: text,
    _data: {
      ...(inner !== null && typeof inner === 'object' ? inner : {}),
      id: { fromMe: false, remote: from, id: messageId, _serialized: id },
      notifyName: `Person ${n % people}`,
      body: text,
      from,
      t: at,
    },
  };
  return JSON.stringify(body);
}

/** A whole HTTP request, signed. */
export function signedPost(target: Target, body: string): Buffer {
  const signature = createHmac('sha512', target.secret).update(body).digest('hex');
  return Buffer.from(
    `POST ${target.path} HTTP/1.1\r\nHost: ${target.host}:${target.port}\r\nContent-Type: application/json\r\n` +
      `User-Agent: WAHA/2026.2.1\r\nX-Webhook-Hmac: ${signature}\r\nX-Webhook-Hmac-Algorithm: sha512\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** Ids of the shape Android makes; `run` keeps those of one run apart from another's. */
export function messageIdOf(run: number, n: number): string {
  return `AC${run.toString(16).toUpperCase().padStart(14, '0')}${n.toString(16).toUpperCase().padStart(16, '0')}`;
}
