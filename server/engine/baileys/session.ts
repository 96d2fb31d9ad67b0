import { addressKind } from '../../contract/address.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import type { SessionReport } from '../../contract/session-state.ts';
import { ChildSession, pagesOf, type ChildWords } from '../../engine-child/session.ts';
import type { EngineKeys, HistoryRequest } from '../engine.ts';
import { trouble } from '../../engine-child/trouble.ts';
import { SessionChild } from './child-process.ts';
import type { AskName, Asks } from './protocol.ts';

/** What a phone gives at once. */
const messagesPage = 50;

/** Its child is the socket; its credentials are rows. */
export class BaileysSession extends ChildSession<SessionChild> {
  protected override readonly limits = {
    send: 110_000,
    upload: (bytes: number): number => Math.ceil(bytes / 65_536) * 1_000,
    media: 180_000,
    markRead: 40_000,
    pair: 30_000,
  };

  protected override async prepare(): Promise<SessionReport | undefined> {
    if (this.options.keys) return undefined;
    return trouble('failed', 'engine-error', 'ask-operator', 'nowhere to keep credentials');
  }

  protected override begin(pairWith: { pairWith?: string }, words: ChildWords): SessionChild {
    const { upstream, log, keys, keepAliveMs } = this.options;
    const socket = upstream.socket ? { socket: upstream.socket } : {};
    const pace = keepAliveMs === undefined ? {} : { keepAliveMs };
    const child = new SessionChild({ type: 'start', ...socket, ...pairWith, ...pace }, this.marker, log, {
      ...words,
      tell: (name, args) => this.#tell(keys!, name, args),
    });
    log.info({ upstream: upstream.name, pid: child.pid }, 'Baileys is starting');
    return child;
  }

  /** What the child asks: its rows, and the messages we have. */
  async #tell<Name extends AskName>(
    keys: EngineKeys,
    name: Name,
    args: Asks[Name]['args'],
  ): Promise<Asks[Name]['value']> {
    const { known: messages, stored } = this.options;
    const answers: { [Each in AskName]: (args: Asks[Each]['args']) => Promise<Asks[Each]['value']> } = {
      read: async ({ kind, ids }) => [...(await keys.read(kind, ids))],
      write: async ({ changes }) => (await keys.write(changes), null),
      prune: async ({ kind, ageMs }) => (await keys.prune(kind, ageMs), null),
      stored: async () => (await stored?.(), null),
      find: async ({ messageId }) => (await messages?.find(messageId)) ?? null,
      newest: async ({ chat, before, limit }) => (await messages?.newest(chat, before, limit)) ?? [],
    };
    return (answers[name] as (args: Asks[Name]['args']) => Promise<Asks[Name]['value']>)(args);
  }

  /**
   * What the phone has is pushed by itself after linking, and what was missed with every connection; asked for here are
   * the groups, and older messages of one Chat. Throws EngineUnavailable where it ends before the end.
   */
  override async *history(request: HistoryRequest): AsyncIterable<EngineEvent[]> {
    const { chat, before, signal } = request;
    const child = this.alive();
    if (!chat) {
      const { events } = await child.ask('groups', {}, 40_000, signal);
      return yield* pagesOf(events);
    }
    // Chats of channels and the like have no history of ours.
    if (addressKind(chat) === 'channel' || addressKind(chat) === 'broadcast') return;
    const limit = Math.min(request.messagesPerChat, messagesPage);
    const args = { chat, limit, ...(before === undefined ? {} : { before }) };
    const { events } = await child.ask('messages', args, 60_000, signal);
    yield* pagesOf(events);
  }

  /** From here to WhatsApp and back. */
  override async probe(signal: AbortSignal): Promise<{ memoryBytes?: number }> {
    return this.alive().ask('probe', {}, 30_000, signal);
  }

  protected override async forget(): Promise<void> {
    await this.options.keys?.clear();
  }
}
