import type { z } from 'zod';
import { channels, type Bus } from '../../bus/bus.ts';
import type { Clock } from '../../clock.ts';
import { replyingMs } from '../../contract/replying-ms.ts';
import { viewingMs } from '../../contract/viewing-ms.ts';
import { replying, viewing, type Colleague, type Replying, type Viewing } from '../../contract/work.ts';

/** More than this in one Inbox at a time is no office but an attack: the oldest are let go. */
const mostPerInbox = 500;

/** What an Agent does at a Chat at this moment. */
interface AtChat {
  inboxId: number;
  chatId: number;
  agent: Colleague;
}

export interface AgentsNowOptions<What extends AtChat> {
  bus: Bus;
  clock: Clock;
  channel: string;
  shape: z.ZodType<What>;
  /** It is over so long after the last word, ms. */
  lastsMs: number;
  /** Whether it says that it goes on, and not that it is over. */
  goesOn(what: What): boolean;
}

/**
 * What Agents are doing, as this process has heard it on the bus. Stored nowhere: some time after the last word it is
 * over, and what is lost on the way is said again.
 */
export class AgentsNow<What extends AtChat> implements Disposable {
  #options: AgentsNowOptions<What>;
  #inboxes = new Map<number, Map<string, { what: What; until: number }>>();
  #unsubscribe: () => void;

  constructor(options: AgentsNowOptions<What>) {
    this.#options = options;
    this.#unsubscribe = options.bus.subscribe(options.channel, (payload) => this.#hear(payload));
  }

  say(what: What): void {
    this.#options.bus.publish(this.#options.channel, what);
  }

  list(inboxId: number): What[] {
    const now = this.#options.clock.now();
    return [...(this.#inboxes.get(inboxId)?.values() ?? [])]
      .filter(({ until }) => until > now)
      .map(({ what }) => what);
  }

  #hear(payload: unknown): void {
    const { clock, shape, lastsMs, goesOn } = this.#options;
    const read = shape.safeParse(payload);
    if (!read.success) return;
    const what = read.data;
    const now = clock.now();
    const heard = this.#inboxes.get(what.inboxId) ?? new Map<string, { what: What; until: number }>();
    const key = `${what.chatId} ${what.agent.id}`;
    heard.delete(key);
    if (goesOn(what)) heard.set(key, { what, until: now + lastsMs });
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

/** Who is writing an answer. */
export const replyingNow = (of: { bus: Bus; clock: Clock }): AgentsNow<Replying> =>
  new AgentsNow<Replying>({
    ...of,
    channel: channels.replying,
    shape: replying,
    lastsMs: replyingMs,
    goesOn: ({ isReplying }) => isReplying,
  });

/** Who is looking at a Chat. */
export const viewingNow = (of: { bus: Bus; clock: Clock }): AgentsNow<Viewing> =>
  new AgentsNow<Viewing>({
    ...of,
    channel: channels.viewing,
    shape: viewing,
    lastsMs: viewingMs,
    goesOn: ({ isViewing }) => isViewing,
  });
