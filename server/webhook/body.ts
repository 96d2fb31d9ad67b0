import type { IncomingMessage } from 'node:http';
import { Problem } from '../contract/problem.ts';
import type { Clock } from '../clock.ts';

export const largestBody = 1024 * 1024;
const patienceMs = 10_000;
const deepest = 64;

/** Refuses what is not plain JSON before a byte of it is read. */
export function checkHeaders(request: IncomingMessage): void {
  const { headers } = request;
  if (!/^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i.test(headers['content-type'] ?? '')) {
    throw new Problem('unsupported-media-type');
  }
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    throw new Problem('unsupported-media-type', 'Send the body as it is, not compressed');
  }
  if (Number(headers['content-length'] ?? 0) > largestBody) throw new Problem('too-large');
}

/** The exact bytes. Problems: `too-large`, `bad-request` when they do not come within ten seconds or are cut off. */
export async function readBody(request: IncomingMessage, clock: Clock): Promise<Buffer> {
  const enough = new AbortController();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > largestBody) {
          reject(new Problem('too-large'));
          request.pause();
          return;
        }
        chunks.push(chunk);
      });
      request.once('end', () => resolve(Buffer.concat(chunks, size)));
      request.once('error', () => reject(new Problem('bad-request', 'The body was cut off')));
      request.once('close', () => reject(new Problem('bad-request', 'The body was cut off')));
      void clock
        .delay(patienceMs, enough.signal)
        .then(() => !enough.signal.aborted && reject(new Problem('bad-request', 'The body took too long')));
    });
  } finally {
    enough.abort();
  }
}

/** Problem `bad-request` for what is no UTF-8, no JSON, or nested deeper than any message is. */
export function parseBody(raw: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    throw new Problem('bad-request', 'The body is not UTF-8');
  }
  if (isTooDeep(text)) throw new Problem('bad-request', 'The body is nested too deeply');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Problem('bad-request', 'The body is not JSON');
  }
}

/** Counts brackets outside strings: linear, and before any object is built. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (quoted) {
      if (code === 92) index++;
      else if (code === 34) quoted = false;
    } else if (code === 34) quoted = true;
    else if (code === 91 || code === 123) {
      if (++depth > deepest) return true;
    } else if (code === 93 || code === 125) depth--;
  }
  return false;
}
