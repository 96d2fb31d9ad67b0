import { writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { MessageHandle } from '../contract/content.ts';
import { serialiseReference } from '../contract/message-reference.ts';
import type { MediaAnswer } from '../engine/engine.ts';
import { boundedLine, limits } from './bounded.ts';
import { at, flagAt, textAt } from './foreign.ts';
import { isBase64, mimeOf } from './media-facts.ts';

/** The name by which a file's reference says whom to ask. */
export const wwebjsApi = 'wwebjs-api';

/** What such a server gives in one answer at most, whatever we would take: it holds all of it in memory, as we do. */
const largestFile = 64 * 1024 * 1024;

export interface ApiRequest {
  base: URL;
  session: string;
  message: MessageHandle;
  file: string;
  largest: number;
  /** One POST with JSON. */
  ask(url: URL, body: object): Promise<IncomingMessage>;
}

/**
 * A file that did not come with its message: avoylenko's wwebjs-api is asked for it, `POST
 * /message/downloadMedia/<session>`. It looks among the newest messages of the chat, by the bare id or, in other
 * releases, by the whole key.
 */
export async function fetchFromApi(request: ApiRequest): Promise<MediaAnswer> {
  const { base, session, message } = request;
  const url = new URL(`${base.pathname}message/downloadMedia/${encodeURIComponent(session)}`, base.origin);
  const { chat, messageId, fromMe, participant } = message;
  const whole = serialiseReference(fromMe, chat, messageId) + (participant ? `_${participant}` : '');
  let told: MediaAnswer = { kind: 'later', reason: 'not-fetched' };
  for (const id of [messageId, whole]) {
    told = await read(await request.ask(url, { chatId: chat, messageId: id }), request);
    if (told.kind !== 'later' || told.reason !== 'not-fetched') break;
  }
  return told;
}

const later = (reason: string): MediaAnswer => ({ kind: 'later', reason });

async function read(response: IncomingMessage, { file, largest }: ApiRequest): Promise<MediaAnswer> {
  const { statusCode = 0 } = response;
  if (statusCode === 401 || statusCode === 403) return refuse(response, 'key-refused');
  if (statusCode >= 300 && statusCode < 400) return refuse(response, 'redirected');
  // "Message not found" and "media expired" are told by 404 and by 500.
  if (statusCode !== 200)
    return refuse(response, statusCode >= 500 || statusCode === 404 ? 'not-fetched' : 'server-error');
  const most = Math.ceil(Math.min(largest, largestFile) / 3) * 4 + 64 * 1024;
  if (Number(response.headers['content-length'] ?? 0) > most) {
    response.destroy();
    return { kind: 'gone', reason: 'too-large' };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) {
      response.destroy();
      return { kind: 'gone', reason: 'too-large' };
    }
    chunks.push(chunk);
  }
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return later('unreadable');
  }
  const media = at(body, 'messageMedia') ?? at(body, 'media');
  const data = textAt(media, 'data');
  if (flagAt(body, 'success') === false || data === undefined) return later('not-fetched');
  if (!isBase64(data)) return later('unreadable');
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > largest) return { kind: 'gone', reason: 'too-large' };
  await writeFile(file, bytes, { flag: 'wx', mode: 0o600 });
  const fileName = boundedLine(at(media, 'filename'), limits.name);
  return {
    kind: 'fetched',
    mime: mimeOf(at(media, 'mimetype')),
    size: bytes.length,
    ...(fileName && { fileName }),
  };
}

function refuse(response: IncomingMessage, reason: string): MediaAnswer {
  response.destroy();
  return later(reason);
}
