import { readdirSync, readFileSync } from 'node:fs';
import { createServer, request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Database } from '../../db/database.ts';
import { insertInbox } from '../../db/query/inbox.ts';
import { insertWebhook } from '../../db/query/webhook.ts';
import type { ChatRoom } from '../chat/chat-room.ts';
import type { Rules } from '../chat/merge.ts';
import { openTestRoom, scope, type TestRoom } from '../chat/testing.ts';
import { ManualClock } from '../clock.ts';
import { loadDialects } from './load.ts';
import { createWebhookRouter, type KeepFile, type WebhookRouter } from './router.ts';

/** What a dialect's `testing.ts` tells of its recorded deliveries. */
export interface Recorded {
  /** The secret the recorded deliveries were made with. */
  secret: string;
  /** Whether the proof covers the body's bytes (a MAC), or is a key that stands beside them. */
  coversBody: boolean;
  sign(raw: Uint8Array, secret: string): Record<string, string>;
}

export interface Delivery {
  name: string;
  headers: Record<string, string>;
  raw: Buffer;
}

/** The folders that are dialects, read from disk so that none is forgotten. */
export function dialectFolders(): string[] {
  return readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

export async function recordedOf(dialect: string): Promise<Recorded> {
  return ((await import(`./${dialect}/testing.ts`)) as { recorded: Recorded }).recorded;
}

/** Deliveries of the real servers, as they came over the wire, in the order in which they came. */
export function deliveriesOf(dialect: string): Delivery[] {
  const folder = join(import.meta.dirname, dialect, 'fixtures');
  return readdirSync(folder)
    .toSorted()
    .map((name) => {
      const { headers, body } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        headers: Record<string, string>;
        body: string;
      };
      return { name, headers, raw: Buffer.from(body) };
    });
}

/** Just after the recorded deliveries were made. */
export const recordedAt = 1_795_236_000_000;

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface TestDoor extends AsyncDisposable {
  port: number;
  test: TestRoom;
  router: WebhookRouter;
  clock: ManualClock;
  inboxId: number;
  post(path: string, raw: Uint8Array | string, headers?: OutgoingHttpHeaders): Promise<Answer>;
  /** A WAHA delivery of the door's own Inbox, signed with its secret. */
  waha(body: object, headers?: OutgoingHttpHeaders): Promise<Answer>;
}

export const doorSecret = 's3cr3t';
export const doorSession = 'org1';

export interface DoorOptions {
  /** Stands between the router and the room. */
  receive?: (receive: ChatRoom['receive']) => ChatRoom['receive'];
  unsigned?: string[];
  clock?: ManualClock;
  dialect?: string;
  secret?: string | null;
  rules?: Partial<Rules>;
  keepFile?: (test: TestRoom) => KeepFile;
  largestFile?: number;
  mostUnproved?: number;
}

/** A real HTTP server with the real room behind it, and one Inbox that lives on webhooks. Secrets lie unsealed. */
export async function openDoor(db: Database, options: DoorOptions = {}): Promise<TestDoor> {
  const clock = options.clock ?? new ManualClock(recordedAt);
  const test = openTestRoom(db, { clock, ...(options.rules && { rules: options.rules }) });
  const dialect = options.dialect ?? 'waha';
  const { sign } = await recordedOf('waha');
  const inboxId = await addInbox(db, {
    dialect,
    session: doorSession,
    secret: options.secret === undefined ? doorSecret : options.secret,
  });
  const receive = options.receive?.(test.room.receive) ?? test.room.receive;
  const router = createWebhookRouter({
    db,
    dialects: await loadDialects(),
    receive,
    open: (sealed) => sealed,
    unsigned: options.unsigned ?? [],
    ...(options.keepFile && { keepFile: options.keepFile(test) }),
    ...(options.largestFile !== undefined && { largestFile: options.largestFile }),
    ...(options.mostUnproved !== undefined && { mostUnproved: options.mostUnproved }),
    clock,
    log: test.log,
  });
  const server = createServer((request, response) => {
    if (!router.handle(request, response)) response.writeHead(418).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const post: TestDoor['post'] = (path, raw, headers = {}) => send(port, path, raw, headers);
  return {
    port,
    test,
    router,
    clock,
    inboxId,
    post,
    waha: (body, headers) => {
      const raw = Buffer.from(JSON.stringify(body));
      return post(`/webhook/waha/${doorSession}`, raw, { ...sign(raw, doorSecret), ...headers });
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await db.deleteFrom('webhook').execute();
      await test[Symbol.asyncDispose]();
    },
  };
}

export async function addInbox(
  db: Database,
  webhook: { dialect: string; session: string; secret: string | null; organisationId?: number },
): Promise<number> {
  const inboxId = await insertInbox(db, {
    organisationId: webhook.organisationId ?? scope.organisationId,
    name: 'Shop',
    engine: 'none',
    upstream: 'webhook',
    at: recordedAt - 3_600_000,
  });
  const { dialect, session, secret } = webhook;
  await insertWebhook(db, { inbox_id: inboxId, dialect, session, secret, created_at: recordedAt });
  return inboxId;
}

export function send(
  port: number,
  path: string,
  raw: Uint8Array | string,
  headers: OutgoingHttpHeaders = {},
  method = 'POST',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { port, host: '127.0.0.1', path, method, headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(raw);
  });
}

let counter = 0;
/** A WAHA envelope of a text that came in; what is given replaces the payload's own. */
export function wahaMessage(payload: Record<string, unknown> = {}): {
  event: string;
  session: string;
  payload: Record<string, unknown>;
} {
  counter += 1;
  return {
    event: 'message',
    session: doorSession,
    payload: {
      id: `false_15551230001@c.us_3EB0${String(counter).padStart(16, '0')}`,
      timestamp: 1_795_235_000 + counter,
      from: '15551230001@c.us',
      fromMe: false,
      to: '15550009999@c.us',
      body: `text ${counter}`,
      hasMedia: false,
      ...payload,
    },
  };
}

/** What a database holds of an Inbox, without the numbers that depend on the order of arrival. */
export async function rowsOf(db: Database, inboxId: number) {
  const messages = await db
    .selectFrom('message')
    .innerJoin('chat', 'chat.id', 'message.chat_id')
    .innerJoin('address', 'address.chat_id', 'chat.id')
    .select(['message.message_id', 'message.from_me', 'message.body', 'message.at', 'message.ack'])
    .select(['message.type', 'message.edited_at', 'message.revoked_at', 'address.value as address'])
    .where('message.inbox_id', '=', inboxId)
    .where('message.merged_into', 'is', null)
    .orderBy('message.message_id')
    .orderBy('address.value')
    .execute();
  const session = await db
    .selectFrom('session')
    .select(['state', 'code', 'since', 'me_address', 'me_name'])
    .where('inbox_id', '=', inboxId)
    .executeTakeFirst();
  return { messages, session };
}
