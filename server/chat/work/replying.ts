import { channels, type Bus } from '../../bus/bus.ts';
import type { Clock } from '../../clock.ts';
import { replyingMs } from '../../contract/replying-ms.ts';
import { replying as shape, type Colleague, type Replying } from '../../contract/work.ts';

/** More than this in one Inbox at a time is no office but an attack: the oldest are let go. */
const mostPerInbox = 500;

/**
 * Which Agents are writing an answer, as this process has heard it on the bus. Stored nowhere: six seconds after the
 * last word it is over, and what is lost on the way is said again at the next keystroke.
 */
export class ReplyingNow implements Disposable {
  #bus: Bus;
  #clock: Clock;
  #inboxes = new Map<number, Map<string, { what: Replying; until: number }>>();
  #unsubscribe: () => void;

  constructor(options: { bus: Bus; clock: Clock }) {
    this.#bus = options.bus;
    this.#clock = options.clock;
    this.#unsubscribe = options.bus.subscribe(channels.replying, (payload) => this.#hear(payload));
  }

  say(chat: { inboxId: number; id: number }, agent: Colleague, isReplying: boolean): void {
    this.#bus.publish(channels.replying, {
      inboxId: chat.inboxId,
      chatId: chat.id,
      agent,
      isReplying,
    } satisfies Replying);
  }

  list(inboxId: number): Replying[] {
    const now = this.#clock.now();
    return [...(this.#inboxes.get(inboxId)?.values() ?? [])]
      .filter(({ until }) => until > now)
      .map(({ what }) => what);
  }

  #hear(payload: unknown): void {
    const read = shape.safeParse(payload);
    if (!read.success) return;
    const what = read.data;
    const now = this.#clock.now();
    const heard = this.#inboxes.get(what.inboxId) ?? new Map<string, { what: Replying; until: number }>();
    const key = `${what.chatId} ${what.agent.id}`;
    heard.delete(key);
    if (what.isReplying) heard.set(key, { what, until: now + replyingMs });
    // In order of their ends: what is over stands in front.
    for (const [old, { until }] of heard) {
      if (until > now && heard.size <= mostPerInbox) break;
      heard.delete(old);
    }
    if (heard.size > 0) this.#inboxes.set(what.inboxId, heard);
    else this.#inboxes.delete(what.inboxId);
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    this.#inboxes.clear();
  }
}
