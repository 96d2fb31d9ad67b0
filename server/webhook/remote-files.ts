import { createWriteStream } from 'node:fs';
import { unlink } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../clock.ts';
import type { MessageHandle } from '../contract/content.ts';
import { serialiseReference } from '../contract/message-reference.ts';
import type { MediaAnswer, MediaRequest } from '../engine/engine.ts';
import type { Log } from '../log.ts';
import { isSessionName } from './bounded.ts';
import { at, textAt } from './foreign.ts';
import { mimeOf } from './media-facts.ts';
import { isVouchedFor } from './remote-address.ts';
import { fetchFromApi, wwebjsApi } from './wwebjs-api-file.ts';
import { ForbiddenAddress, remoteGet, remotePost, type Lookup } from './remote-request.ts';

/** The WhatsApp server an Organisation has named in its settings. */
export interface RemoteServer {
  url: string;
  key: string;
}

export interface RemoteFilesOptions {
  /** The server of an Inbox that has no engine of ours; `undefined` for every other Inbox. */
  serverOf(inboxId: number): Promise<RemoteServer | undefined>;
  /** Origins the operator vouches for: they may stand in a private network. Everybody else's must be public. */
  trusted: readonly string[];
  clock: Clock;
  log: Log;
  lookup?: Lookup;
}

export interface RemoteFiles {
  /** Whether the Inbox's files may be had here. Says no at first and knows better soon after. */
  isReady(inboxId: number): boolean;
  /** The port's `fetchMedia`, for Inboxes that live on webhooks alone. Never throws for network reasons. */
  fetchMedia(inboxId: number, request: MediaRequest): Promise<MediaAnswer>;
}

const keepMs = 60_000;
const mostKept = 10_000;
const patienceMs = 15_000;
const largestAnswer = 1024 * 1024;
/** The one folder of WAHA in which files of messages stand. */
const filesPath = '/api/files/';

/**
 * Files that WAHA keeps: fetched with the Organisation's key from the server it has named, and from nowhere else. An
 * address in a webhook says which file, never which server: WAHA writes there whatever it takes its own name to be.
 */
export function createRemoteFiles(options: RemoteFilesOptions): RemoteFiles {
  const { clock, log } = options;
  const known = new Map<number, { until: number; isRemote: boolean }>();

  async function fetchMedia(inboxId: number, request: MediaRequest): Promise<MediaAnswer> {
    try {
      const server = await options.serverOf(inboxId);
      const base = server && baseOf(server.url);
      if (!base) return later('not-connected');
      const reference = readReference(request.reference);
      if (!reference) return later('no-way');
      const way = (url: URL, accept: string, more: Record<string, string> = {}) => ({
        url,
        headers: {
          accept,
          'user-agent': 'chatdock',
          ...(server.key ? { 'x-api-key': server.key } : {}),
          ...more,
        },
        isTrusted: isVouchedFor(base, options.trusted),
        clock,
        patienceMs,
        signal: request.signal,
        lookup: options.lookup,
      });
      const ask = (url: URL, accept: string): Promise<IncomingMessage> => remoteGet(way(url, accept));
      if (reference.api === wwebjsApi) {
        const { session } = reference;
        if (session === undefined) return later('no-way');
        const { message, file, largest } = request;
        // It answers with the file itself, which it may have to fetch from WhatsApp first.
        const post = (url: URL, body: object): Promise<IncomingMessage> =>
          remotePost({
            ...way(url, 'application/json', { 'content-type': 'application/json' }),
            patienceMs: 60_000,
            body: JSON.stringify(body),
          });
        return await fetchFromApi({ base, session, message, file, largest, ask: post });
      }
      const told = reference.url === undefined ? undefined : fileAt(base, reference.url);
      if (reference.url !== undefined && !told) return { kind: 'gone', reason: 'foreign-address' };
      if (told) {
        const answer = await take(await ask(told, '*/*'), request);
        if (answer !== 'not-found') return answer;
      }
      // WAHA has not fetched it, or has thrown it away: it is asked to fetch it again.
      return await fetchAgain(reference.session);

      async function fetchAgain(session: string | undefined): Promise<MediaAnswer> {
        const url = session === undefined ? undefined : messageAt(base!, session, request.message);
        if (!url) return told ? { kind: 'gone', reason: 'not-found' } : later('no-way');
        const message = await readAnswer(await ask(url, 'application/json'));
        if (typeof message === 'string')
          return message === 'not-found' ? { kind: 'gone', reason: message } : later(message);
        const link = textAt(message.body, 'media', 'url');
        const fresh = link === undefined ? undefined : fileAt(base!, link);
        if (!fresh) return later('not-fetched');
        const answer = await take(await ask(fresh, '*/*'), request);
        return answer === 'not-found' ? later(answer) : answer;
      }
    } catch (error) {
      if (error instanceof ForbiddenAddress) {
        log.warn(
          { inboxId, what: error.message },
          'the WhatsApp server of an Organisation is not to be spoken to',
        );
        return { kind: 'gone', reason: 'forbidden-address' };
      }
      return later(request.signal.aborted ? 'stopped' : 'unreachable');
    }
  }

  async function look(inboxId: number): Promise<void> {
    try {
      const isRemote = (await options.serverOf(inboxId)) !== undefined;
      known.set(inboxId, { until: clock.now() + keepMs, isRemote });
    } catch (error) {
      log.warn({ inboxId, err: error }, 'the WhatsApp server of an Inbox cannot be read');
    }
  }

  return {
    isReady(inboxId) {
      const entry = known.get(inboxId);
      if (!entry || entry.until <= clock.now()) {
        if (known.size >= mostKept) known.clear();
        known.set(inboxId, { until: clock.now() + keepMs, isRemote: entry?.isRemote ?? false });
        void look(inboxId);
      }
      return entry?.isRemote ?? false;
    },
    fetchMedia,
  };
}

function later(reason: string): MediaAnswer {
  return { kind: 'later', reason };
}

interface Reference {
  url: string | undefined;
  session: string | undefined;
  api: string | undefined;
}

function readReference(text: string | undefined): Reference | undefined {
  if (text === undefined) return undefined;
  try {
    const read = JSON.parse(text) as unknown;
    const session = textAt(read, 'session');
    return {
      url: textAt(read, 'url'),
      session: isSessionName(session) ? session : undefined,
      api: textAt(read, 'api'),
    };
  } catch {
    return undefined;
  }
}

/** The server's address with its path, ending in '/'. */
function baseOf(text: string): URL | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return undefined;
  return new URL(url.pathname.replace(/\/*$/, '/'), url.origin);
}

/** The file on the named server. `undefined` for an address outside the folder of files. */
function fileAt(base: URL, link: string): URL | undefined {
  const url = URL.parse(link);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  const own = base.pathname.slice(0, -1);
  const path =
    own !== '' && url.pathname.startsWith(`${own}/`) ? url.pathname.slice(own.length) : url.pathname;
  // What a proxy might yet unfold is not sent to one.
  if (!path.startsWith(filesPath) || /%2e|%2f|%5c|\\|\/\.\.?(?:\/|$)/i.test(path)) return undefined;
  return new URL(own + path + url.search, base.origin);
}

function messageAt(base: URL, session: string, message: MessageHandle): URL | undefined {
  const { chat, messageId, fromMe, participant } = message;
  const id = serialiseReference(fromMe, chat, messageId) + (participant ? `_${participant}` : '');
  const path = ['api', session, 'chats', chat, 'messages', id].map(encodeURIComponent).join('/');
  return new URL(`${base.pathname}${path}?downloadMedia=true`, base.origin);
}

type Refusal = 'not-found' | MediaAnswer;

/** Writes the body to where it is wanted. */
async function take(response: IncomingMessage, request: MediaRequest): Promise<Refusal> {
  const refused = refusalOf(response);
  if (refused !== undefined) {
    response.destroy();
    return refused === 'not-found' ? refused : later(refused);
  }
  const { largest, file, signal } = request;
  if (Number(response.headers['content-length'] ?? 0) > largest) {
    response.destroy();
    return { kind: 'gone', reason: 'too-large' };
  }
  let size = 0;
  let isTooLarge = false;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, pass) {
      size += chunk.length;
      isTooLarge = size > largest;
      pass(isTooLarge ? new Error('too large') : null, chunk);
    },
  });
  try {
    await pipeline(response, count, createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal });
  } catch (error) {
    await unlink(file).catch(() => undefined);
    if (isTooLarge) return { kind: 'gone', reason: 'too-large' };
    throw error;
  }
  return { kind: 'fetched', mime: mimeOf(response.headers['content-type']), size };
}

/** JSON of at most a mebibyte, or why there is none. */
async function readAnswer(response: IncomingMessage): Promise<{ body: unknown } | string> {
  const refused = refusalOf(response);
  if (refused !== undefined) {
    response.destroy();
    return refused;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestAnswer) {
      response.destroy();
      return 'unreadable';
    }
    chunks.push(chunk);
  }
  try {
    const body = JSON.parse(Buffer.concat(chunks).toString()) as unknown;
    return at(body, 'media') === undefined ? 'not-fetched' : { body };
  } catch {
    return 'unreadable';
  }
}

function refusalOf({ statusCode }: IncomingMessage): string | undefined {
  if (statusCode === 200) return undefined;
  if (statusCode === 404 || statusCode === 410) return 'not-found';
  if (statusCode === 401 || statusCode === 403) return 'key-refused';
  return statusCode !== undefined && statusCode >= 300 && statusCode < 400 ? 'redirected' : 'server-error';
}
