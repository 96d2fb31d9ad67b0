import { isHello, Wire, wireVersion } from './wire.ts';

/** The page's side of how it and a frame, or a window, of the server's origin get to know each other. */

/** The number that only the two know. */
export function newNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/** Servers of which this page had a frame or a window: what the app keeps there is of their origin. */
export const visited = new Set<string>();

/** What is behind the `#` never leaves the browser. */
export function frameUrl(host: string, nonce: string): string {
  visited.add(host);
  return `${host}/widget/frame?page=${encodeURIComponent(location.origin)}#${nonce}`;
}

export interface Greeting {
  /** The server's. */
  origin: string;
  nonce: string;
  /** Whom we have let in. */
  window: Window | null;
  handlers: Record<string, (...given: never[]) => unknown>;
  /** What the app is to begin with, as it is at this moment. */
  options(): object;
}

/** One end of a port, when it was they who said hello; the other end is theirs then. Undefined: it was somebody else. */
export function greeted(event: MessageEvent<unknown>, greeting: Greeting): Wire | undefined {
  const { origin, nonce, window: asked, handlers, options } = greeting;
  if (!asked || event.origin !== origin || event.source !== asked || !isHello(event.data, nonce))
    return undefined;
  const { port1, port2 } = new MessageChannel();
  const wire = new Wire(port1, handlers);
  asked.postMessage({ chatdock: wireVersion, nonce, options: options() }, origin, [port2]);
  return wire;
}
