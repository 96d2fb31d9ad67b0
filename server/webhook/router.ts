import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Database } from '../../db/database.ts';
import { isUnavailable } from '../../db/portable.ts';
import type { ChatRoom } from '../chat/chat-room.ts';
import type { Clock } from '../clock.ts';
import type { MessageHandle } from '../contract/content.ts';
import { Problem, problems } from '../contract/problem.ts';
import { correlationId } from '../ids.ts';
import type { Log } from '../log.ts';
import { BodyRoom } from './body-room.ts';
import { bodyWithFile, checkHeaders, largestBody, parseBody, readBody } from './body.ts';
import type { WebhookDialect } from './dialect.ts';
import { WebhookSecrets, type KnownWebhook, type OpenSecret } from './secrets.ts';

/**
 * Keeps the bytes of a message's file; the message is stored by then. Rejects with Problem `unavailable` when it cannot
 * now: the delivery is then to come again. A file that is not wanted is dropped without a word.
 */
export type KeepFile = (
  inboxId: number,
  message: MessageHandle,
  bytes: Uint8Array,
  mime: string,
  name: string,
) => Promise<void>;

export interface WebhookRouterOptions {
  db: Database;
  dialects: ReadonlyMap<string, WebhookDialect>;
  receive: ChatRoom['receive'];
  open: OpenSecret;
  /** `<dialect>/<session>` an operator has allowed without a secret. */
  unsigned: readonly string[];
  /** Without it files that come with a delivery are left; their messages say that there are files. */
  keepFile?: KeepFile;
  /** Bytes of the largest file a delivery may carry; default 10 MB. Only for who is known before the bytes are read. */
  largestFile?: number;
  /** Bytes of bodies under way, all together, whose senders have proved nothing yet; see {@link BodyRoom}. */
  mostUnproved?: number;
  clock: Clock;
  log: Log;
}

export interface WebhookCounters {
  accepted: number;
  refused: number;
  /** Deliveries of which nothing was understood: acknowledged, and counted. */
  unknown: number;
  unavailable: number;
  /** Files that came with their messages and were handed on. */
  files: number;
}

export interface WebhookRouter {
  /** True when the path is a webhook's: the answer is this room's from then on. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  counters(): WebhookCounters;
  /** After a webhook was made or removed. */
  forget(): void;
}

const acceptedBody = '{"success":true}';
const accepted = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'content-length': acceptedBody.length,
};

/** The seed's address, which serves every dialect: it is found by the body. */
const seedPath = '/api/v1/WhatsApp/action/webhook';
const ownPath = /^\/webhook\/([a-z][a-z0-9-]{0,39})\/([\w.-]{1,120})$/;

/** What wwebjs-api sends by default. */
const usualFile = 10_000_000;

const noBytes = new Uint8Array();

interface Address {
  dialect?: WebhookDialect;
  session?: string;
}

/**
 * The hot door: a plain handler in front of Express on the same server. Bytes → signature → JSON → events → `receive`;
 * 2xx only after the commit. A wrong secret and an unknown session get the same answer; one that fed a number which was
 * taken out of use gets 410, whatever its signature: there is nothing left to guess.
 */
export function createWebhookRouter(options: WebhookRouterOptions): WebhookRouter {
  const { dialects, receive, clock, log } = options;
  const secrets = new WebhookSecrets(options.db, options.open, clock);
  const unsigned = new Set(options.unsigned);
  const room = new BodyRoom(options.mostUnproved);
  const counters: WebhookCounters = { accepted: 0, refused: 0, unknown: 0, unavailable: 0, files: 0 };
  const largestWithFile = bodyWithFile(options.largestFile ?? usualFile);

  async function take(request: IncomingMessage, address: Address): Promise<void> {
    if (request.method !== 'POST') throw new Problem('method-not-allowed');
    checkHeaders(request);
    const raw = await readBody(request, { clock, room, largest: await largestOf(request, address) });
    // The path names the session: the bytes are verified before anything looks into them.
    let known =
      address.session === undefined ? undefined : await authorise(address as Required<Address>, raw, request);
    const body = parseBody(raw);
    const dialect = address.dialect ?? [...dialects.values()].find((candidate) => candidate.matches(body));
    if (!dialect) throw new Problem('bad-request', 'No webhook format is known that looks like this');
    const session = dialect.route(body)?.session;
    if (known) {
      // A body that is signed for one session and speaks of another is not believed.
      if (session !== undefined && session !== address.session) throw new Problem('bad-signature');
    } else {
      if (session === undefined) throw new Problem('bad-request', 'The body names no session');
      known = await authorise({ dialect, session }, raw, request);
    }
    const events = dialect.decode(body, clock.now());
    if (events.length === 0) counters.unknown += 1;
    else await receive(known.inboxId, events, 'webhook');
    await keepFiles(known.inboxId, dialect, body);
    secrets.note(known.id);
  }

  /** Bytes never go through the merge: the message stands first, then its file. */
  async function keepFiles(inboxId: number, dialect: WebhookDialect, body: unknown): Promise<void> {
    if (!options.keepFile) return;
    for (const { message, bytes, mime, name } of dialect.files?.(body) ?? []) {
      await options.keepFile(inboxId, message, bytes, mime, name);
      counters.files += 1;
    }
  }

  /** Only whose key stands in the headers, and is right, may send more than a message needs. */
  async function largestOf(request: IncomingMessage, { dialect, session }: Address): Promise<number> {
    if (!dialect?.provesByHeaders || session === undefined) return largestBody;
    const known = await secrets.find(dialect.name, session);
    const isProved = known?.secrets.some((secret) => dialect.verify(noBytes, request.headers, secret));
    return isProved ? largestWithFile : largestBody;
  }

  async function authorise(
    { dialect, session }: Required<Address>,
    raw: Buffer,
    request: IncomingMessage,
  ): Promise<KnownWebhook> {
    const known = await secrets.find(dialect.name, session);
    if (!known) {
      const isGone = await secrets.isGone(dialect.name, session);
      throw new Problem(isGone ? 'number-removed' : 'bad-signature');
    }
    if (known.secrets.length === 0) {
      if (unsigned.has(`${dialect.name}/${session}`)) return known;
      throw new Problem('webhook-not-configured');
    }
    if (!known.secrets.some((secret) => dialect.verify(raw, request.headers, secret)))
      throw new Problem('bad-signature');
    return known;
  }

  async function respond(
    request: IncomingMessage,
    response: ServerResponse,
    address: Address | undefined,
  ): Promise<void> {
    try {
      if (!address) throw new Problem('not-found');
      await take(request, address);
      counters.accepted += 1;
      response.writeHead(200, accepted);
      response.end(acceptedBody);
    } catch (error) {
      const problem = asProblem(error, log);
      if (problem.code === 'unavailable') counters.unavailable += 1;
      else counters.refused += 1;
      refuse(request, response, problem);
    }
  }

  return {
    handle(request, response) {
      const path = (request.url ?? '').replace(/[?#].*$/, '');
      if (path === seedPath) {
        void respond(request, response, {});
        return true;
      }
      if (!path.startsWith('/webhook/')) return false;
      const match = ownPath.exec(path);
      const dialect = match ? dialects.get(match[1]!) : undefined;
      void respond(request, response, dialect ? { dialect, session: match![2]! } : undefined);
      return true;
    },
    counters: () => ({ ...counters }),
    forget: () => secrets.forget(),
  };
}

function asProblem(error: unknown, log: Log): Problem {
  if (error instanceof Problem) return error;
  if (isUnavailable(error)) return new Problem('unavailable', undefined, { retryAfter: 2 });
  const id = correlationId();
  log.error({ err: error, correlationId: id }, 'a webhook met a fault');
  return new Problem('fault', `Tell your operator this number: ${id}`);
}

function refuse(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
  if (response.headersSent || response.destroyed) return;
  const { status, title } = problems[problem.code];
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(problem.retryAfter === undefined ? {} : { 'retry-after': String(problem.retryAfter) }),
    ...(problem.code === 'method-not-allowed' ? { allow: 'POST' } : {}),
    // What was not read of the body must not be taken for the next request.
    ...(request.complete ? {} : { connection: 'close' }),
  });
  response.end(
    JSON.stringify({
      type: 'about:blank',
      title,
      status,
      code: problem.code,
      ...(problem.detail ? { detail: problem.detail } : {}),
    }),
    () => request.complete || request.destroy(),
  );
}
