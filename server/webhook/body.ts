import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { Problem } from '../contract/problem.ts';
import type { BodyRoom } from './body-room.ts';
import type { Clock } from '../clock.ts';

export const largestBody = 1024 * 1024;
const patienceMs = 10_000;
/** A file takes its time on a slow line; who sends it is known by then. */
const filePatienceMs = 60_000;
const deepest = 64;

/** The longest body that holds a file of `bytes` in base64, with its message around it. */
export function bodyWithFile(bytes: number): number {
  return Math.ceil(bytes / 3) * 4 + largestBody;
}

/** Refuses what is not plain JSON before a byte of it is read. Its length is {@link checkLength}'s. */
export function checkHeaders(request: IncomingMessage): void {
  const { headers } = request;
  if (!/^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i.test(headers['content-type'] ?? '')) {
    throw new Problem('unsupported-media-type');
  }
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    throw new Problem('unsupported-media-type', 'Send the body as it is, not compressed');
  }
}

export function checkLength(request: IncomingMessage, largest: number): void {
  if (Number(request.headers['content-length'] ?? 0) > largest) throw new Problem('too-large');
}

/**
 * The exact bytes. Problems: `too-large`, `bad-request` when they do not come within ten seconds (of a long body: a minute) or are cut off,
 * `unavailable` when they were waited for while `room` was short.
 */
export async function readBody(
  request: IncomingMessage,
  { clock, room, largest }: { clock: Clock; room: BodyRoom; largest: number },
): Promise<Buffer> {
  checkLength(request, largest);
  // It may have gone while somebody looked up who it is.
  if (request.destroyed && !request.complete) throw new Problem('bad-request', 'The body was cut off');
  let enough: AbortController | undefined;
  let leave: (() => void) | undefined;
  let later: NodeJS.Immediate | undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      // Who may send a file has proved who they are.
      const place = largest > largestBody ? undefined : room.enter(() => reject(new Problem('unavailable')));
      leave = place?.leave;
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        place?.grow(chunk.length);
        if (size > largest) {
          reject(new Problem('too-large'));
          request.pause();
          return;
        }
        chunks.push(chunk);
      });
      let isWhole = false;
      request.once('end', () => {
        isWhole = true;
        resolve(Buffer.concat(chunks, size));
      });
      // Problems are made only when there is one: this is the hot path.
      const cutOff = (): void => {
        if (!isWhole) reject(new Problem('bad-request', 'The body was cut off'));
      };
      request.once('error', cutOff);
      request.once('close', cutOff);
      const patience = largest > largestBody ? filePatienceMs : patienceMs;
      // Most bodies come with their headers: only one that keeps us waiting costs a timer.
      later = setImmediate(() => {
        const { signal } = (enough = new AbortController());
        void clock.delay(patience, signal).then(() => {
          if (!signal.aborted) reject(new Problem('bad-request', 'The body took too long'));
        });
      });
    });
  } finally {
    // With a reason of its own: the usual one would be built, stack and all, for nobody.
    clearImmediate(later);
    leave?.();
    enough?.abort('read');
  }
}

/** Problem `bad-request` for what is no UTF-8, no JSON, or nested deeper than any message is. */
export function parseBody(raw: Buffer): unknown {
  if (!isUtf8(raw)) throw new Problem('bad-request', 'The body is not UTF-8');
  let body: unknown;
  try {
    body = JSON.parse(raw.toString('utf8')) as unknown;
  } catch {
    throw new Problem('bad-request', 'The body is not JSON');
  }
  if (isDeeperThan(body, deepest)) throw new Problem('bad-request', 'The body is nested too deeply');
  return body;
}

/** Goes no deeper than it asks. */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) if (isDeeperThan(inner, levels - 1)) return true;
  return false;
}
