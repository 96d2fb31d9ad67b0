import { createRequire } from 'node:module';
import { inboxTopic, realm } from '../../server/contract/topic.ts';
import { push, type Push } from '../../server/contract/wire.ts';
import type { Api } from './api.ts';

/** The part of autobahn (it ships no types) that is used here. */
interface Autobahn {
  Connection: new (options: object) => {
    open(): void;
    close(): void;
  };
}

interface Subscriber {
  subscribe(topic: string, handler: (args: unknown[]) => void): unknown;
}

/**
 * Hears what is pushed of an Inbox over WAMP until `signal` ends it, and comes back with a new ticket when it is cut
 * off. False when autobahn is not installed here (it is a development dependency): the caller asks again and again then.
 */
export function tail(api: Api, inboxId: number, hear: (news: Push) => void, signal: AbortSignal): boolean {
  const autobahn = loadAutobahn();
  if (!autobahn) return false;
  void keepOpen(autobahn, api, inboxId, hear, signal);
  return true;
}

async function keepOpen(
  autobahn: Autobahn,
  api: Api,
  inboxId: number,
  hear: (news: Push) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const asked = await api.post<{ ticket: string }>('/auth/ticket').catch(() => undefined);
    if (asked) {
      const { promise: closed, resolve: close } = Promise.withResolvers<void>();
      const url = `${api.url.replace(/^http/, 'ws')}/ws?ticket=${encodeURIComponent(asked.ticket)}`;
      const connection = new autobahn.Connection({ url, realm, max_retries: 0, retry_if_unreachable: false });
      Object.assign(connection, {
        onopen: (session: Subscriber) => {
          session.subscribe(inboxTopic(inboxId), ([first]) => {
            const read = push.safeParse(first);
            if (read.success) hear(read.data);
          });
        },
        onclose: () => {
          close();
          return true;
        },
      });
      const end = (): void => {
        connection.close();
        close();
      };
      signal.addEventListener('abort', end, { once: true });
      connection.open();
      await closed;
      signal.removeEventListener('abort', end);
    }
    await pause(2_000, signal);
  }
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}

/** It keeps the console's `warn` it finds while loading, and tells it of every close. */
function loadAutobahn(): Autobahn | undefined {
  const said = globalThis.console;
  globalThis.console = { ...said, warn: () => {} };
  try {
    return createRequire(import.meta.url)('autobahn') as Autobahn;
  } catch {
    return undefined;
  } finally {
    globalThis.console = said;
  }
}
