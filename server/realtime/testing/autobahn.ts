import { createRequire } from 'node:module';

/** The part of autobahn (the reference WAMP client; it ships no types) that the tests use. */
export interface AutobahnSession {
  id: number | null;
  isOpen: boolean;
  subscribe(
    topic: string,
    handler: (args: unknown[], kwargs: unknown, details: { topic: string }) => void,
    options?: { match?: string },
  ): Promise<{ id: number }>;
  publish(topic: string, args: unknown[], kwargs: object, options: { acknowledge: true }): Promise<unknown>;
  call(procedure: string, args?: unknown[]): Promise<unknown>;
  register(procedure: string, endpoint: () => unknown): Promise<unknown>;
  unsubscribe(subscription: { id: number }): Promise<unknown>;
}
export interface AutobahnConnection {
  open(): void;
  close(reason?: string): void;
}
interface Autobahn {
  Connection: new (options: Record<string, unknown>) => AutobahnConnection;
}

const autobahn = loadQuietly();

/** autobahn keeps the console's `warn` it finds while loading, and tells it of every close. */
function loadQuietly(): Autobahn {
  const said = globalThis.console;
  globalThis.console = { ...said, warn: () => {} };
  try {
    return createRequire(import.meta.url)('autobahn') as Autobahn;
  } finally {
    globalThis.console = said;
  }
}

export interface Opened {
  connection: AutobahnConnection;
  session: AutobahnSession;
  /** Details of WELCOME. */
  details: Record<string, unknown>;
  /** How it ended: autobahn's word, and the reason of the server's GOODBYE or ABORT. */
  closed: Promise<{ word: string; reason: string | null }>;
}

/** Opens one connection that does not try again. Rejects with autobahn's word if it closes before a WELCOME. */
export function openAutobahn(url: string, options: Record<string, unknown> = {}): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const connection = new autobahn.Connection({
      url,
      realm: 'chatdock',
      max_retries: 0,
      retry_if_unreachable: false,
      use_es6_promises: true,
      ...options,
    });
    const closed = Promise.withResolvers<{ word: string; reason: string | null }>();
    Object.assign(connection, {
      onopen: (session: AutobahnSession, details: Record<string, unknown>) =>
        resolve({ connection, session, details, closed: closed.promise }),
      onclose: (word: string, { reason }: { reason: string | null }) => {
        closed.resolve({ word, reason });
        reject(new Error(`${word}: ${reason}`));
        return true;
      },
    });
    connection.open();
  });
}
