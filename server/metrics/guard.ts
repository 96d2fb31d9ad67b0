import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Headers of a proxy in front: its own address then says nothing of who asks. */
const forwarded = ['x-forwarded-for', 'forwarded', 'x-real-ip'];

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** With a token: whoever has it. Without one: this machine alone, and nothing that came through a proxy. */
export function mayRead(
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  token: string | undefined,
): boolean {
  if (token === undefined) {
    if (forwarded.some((name) => request.headers[name] !== undefined)) return false;
    return loopback.has(request.socket.remoteAddress ?? '');
  }
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
