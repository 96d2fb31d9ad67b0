import { z } from 'zod';
import { channels, type Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { toAddress, type Address } from '../contract/address.ts';
import type { EspoEvent } from '../contract/espo.ts';
import {
  espoChatIn,
  espoTopic,
  espoTopicOf,
  inboxOfTopic,
  inboxTopic,
  presenceTopic,
  replyingTopic,
} from '../contract/topic.ts';
import { presence, type Presence } from '../contract/presence.ts';
import { message, type Message, type Position, type Push } from '../contract/wire.ts';
import { replying, viewing } from '../contract/work.ts';
import type { Log } from '../log.ts';
import { EspoEvents } from './espo-event.ts';
import type { Heads } from './heads.ts';

export interface FeedLimits {
  /** From one heartbeat of an Inbox to the next, in ms. */
  heartbeatMs: number;
  /** A push with more text than this goes out without its rows; the client reads them. In bytes. */
  pushBytes: number;
  /** Pushes of one Inbox that wait to be translated for `WhatsApp`; with more, that topic skips some. */
  espoQueue: number;
}

export const feedDefaults: FeedLimits = { heartbeatMs: 15_000, pushBytes: 48 * 1024, espoQueue: 500 };

/** What the feed needs of the broker. */
export interface Outlet<User> {
  publish(topic: string, argument: string, permits?: (user: User) => boolean): number;
  topics(): Iterable<string>;
  isHeard(topic: string): boolean;
  listeners(topic: string): Set<User>;
}

export interface FeedOptions<User> {
  bus: Bus;
  clock: Clock;
  log: Log;
  heads: Heads;
  outlet: Outlet<User>;
  mayRead(user: User, inboxId: number): boolean | Promise<boolean>;
  /** The WhatsApp Address of a Chat; nothing if it has none. */
  chatAddress(inboxId: number, chatId: number): Promise<string | null | undefined>;
  /** The Chat that has this Address among others. */
  chatOfAddress(inboxId: number, address: Address): Promise<number | undefined>;
  /** The Inbox's counter as the database has it; `undefined` if the Inbox is gone. */
  headOf(inboxId: number): Promise<Position | undefined>;
  limits: FeedLimits;
}

/** Rows are passed on as they came; only the `WhatsApp` topic looks inside. */
const envelope = z.object({
  inboxId: z.int().positive(),
  seq: z.int().nonnegative(),
  era: z.string(),
  rows: z.looseObject({ messages: z.array(z.unknown()) }).nullable(),
});

const passing = presence.omit({ chatId: true }).extend({ chat: z.string() });
const isTyping = new Map<Presence['presence'], boolean>([
  ['typing', true],
  ['recording', true],
  ['paused', false],
]);

/** Carries what the bus says was committed to those who listen. May lose a push (heartbeats tell of it), never a row. */
export class Feed<User> implements AsyncDisposable {
  #options: FeedOptions<User>;
  #end = new AbortController();
  #unsubscribe: (() => void)[];
  #beating: Promise<void>;
  #espo = new EspoEvents();
  /** Translation of one Inbox is one chain, so its events keep their order. */
  #translating = new Map<number, { tail: Promise<void>; length: number }>();
  #hints = 0;
  #skippedEspo = 0;

  constructor(options: FeedOptions<User>) {
    this.#options = options;
    this.#unsubscribe = [
      options.bus.subscribe(channels.push, (payload, text) => this.#take(payload, text)),
      options.bus.subscribe(channels.replying, (payload) => this.#tellColleagues(replying, payload)),
      options.bus.subscribe(channels.viewing, (payload) => this.#tellColleagues(viewing, payload)),
      options.bus.subscribe(channels.presence, (payload) => this.#takePresence(payload)),
    ];
    this.#beating = this.#beat();
  }

  get counters(): { hints: number; skippedEspo: number } {
    return { hints: this.#hints, skippedEspo: this.#skippedEspo };
  }

  /** Somebody listens to what happens in this Inbox, on either topic. */
  isHeard(inboxId: number): boolean {
    return this.#options.outlet.isHeard(inboxTopic(inboxId)) || this.#isEspoHeard();
  }

  /** The seed's topics somebody listens to. */
  *#espoTopics(): Generator<string> {
    for (const topic of this.#options.outlet.topics())
      if (topic === espoTopic || espoChatIn(topic) !== undefined) yield topic;
  }

  #isEspoHeard(): boolean {
    return this.#options.outlet.isHeard(espoTopic) || !this.#espoTopics().next().done;
  }

  #take(payload: unknown, asJson: string): void {
    const { heads, outlet, limits, log } = this.#options;
    const read = envelope.safeParse(payload);
    if (!read.success) {
      log.error({ issues: read.error.issues.length }, 'a push that cannot be read');
      return;
    }
    const { inboxId, seq, era, rows } = read.data;
    heads.note(inboxId, { seq, era });
    const topic = inboxTopic(inboxId);
    if (outlet.isHeard(topic)) {
      let text = asJson;
      if (Buffer.byteLength(text) > limits.pushBytes) {
        this.#hints++;
        text = JSON.stringify({ inboxId, seq, era, rows: null } satisfies Push);
      }
      outlet.publish(topic, text);
    }
    if (rows?.messages.length && this.#isEspoHeard()) {
      this.#inTurn(inboxId, () => this.#translate(inboxId, rows.messages));
    }
  }

  #takePresence(payload: unknown): void {
    const read = passing.safeParse(payload);
    if (!read.success) return;
    const { inboxId } = read.data;
    if (!this.#isEspoHeard() && !this.#options.outlet.isHeard(presenceTopic(inboxId))) return;
    this.#inTurn(inboxId, () => this.#tellPresence(read.data));
  }

  async #tellPresence({ inboxId, chat, ...what }: z.infer<typeof passing>): Promise<void> {
    const { chatOfAddress, outlet } = this.#options;
    const address = toAddress(chat);
    const chatId = address && (await chatOfAddress(inboxId, address));
    if (chatId === undefined || this.#end.signal.aborted) return;
    const topic = presenceTopic(inboxId);
    if (outlet.isHeard(topic))
      outlet.publish(topic, JSON.stringify({ inboxId, chatId, ...what } satisfies Presence));
    const writes = isTyping.get(what.presence);
    if (writes !== undefined && this.#isEspoHeard()) await this.#tellTyping(inboxId, chatId, writes);
  }

  async #tellTyping(inboxId: number, id: number, writes: boolean): Promise<void> {
    const { chatAddress, clock } = this.#options;
    const listeners = await this.#listeners(inboxId);
    const chatId = listeners.size > 0 ? await chatAddress(inboxId, id) : undefined;
    if (!chatId) return;
    const timestamp = Math.floor(clock.now() / 1000);
    this.#tellEspo({ action: 'typing', chatId, timestamp, data: { isTyping: writes, timestamp } }, listeners);
  }

  /** What an Agent does at a Chat. */
  #tellColleagues(shape: typeof replying | typeof viewing, payload: unknown): void {
    const read = shape.safeParse(payload);
    if (!read.success) return;
    const topic = replyingTopic(read.data.inboxId);
    if (this.#options.outlet.isHeard(topic)) this.#options.outlet.publish(topic, JSON.stringify(read.data));
  }

  #inTurn(inboxId: number, translate: () => Promise<void>): void {
    const chain = this.#translating.get(inboxId) ?? { tail: Promise.resolve(), length: 0 };
    if (chain.length >= this.#options.limits.espoQueue) {
      this.#skippedEspo++;
      return;
    }
    this.#translating.set(inboxId, chain);
    chain.length++;
    chain.tail = chain.tail
      .then(translate)
      .catch((error: unknown) => this.#options.log.error({ err: error, inboxId }, 'no event for WhatsApp'))
      .finally(() => {
        if (--chain.length === 0) this.#translating.delete(inboxId);
      });
  }

  async #translate(inboxId: number, rows: unknown[]): Promise<void> {
    const addresses = new Map<number, string | null | undefined>();
    const listeners = await this.#listeners(inboxId);
    if (listeners.size === 0) return;
    for (const row of messagesOf(rows)) {
      if (!addresses.has(row.chatId))
        addresses.set(row.chatId, await this.#options.chatAddress(inboxId, row.chatId));
      const address = addresses.get(row.chatId);
      const event = address ? this.#espo.eventOf(row, address) : undefined;
      if (event) this.#tellEspo(event, listeners);
    }
  }

  /** Who may hear of the Inbox, by the seed's topic they listen to. */
  async #listeners(inboxId: number): Promise<Map<string, Set<User>>> {
    const { outlet, mayRead } = this.#options;
    const listeners = new Map<string, Set<User>>();
    for (const topic of this.#espoTopics()) {
      const permitted = new Set<User>();
      for (const user of outlet.listeners(topic)) {
        const answer = mayRead(user, inboxId);
        if (typeof answer === 'boolean' ? answer : await answer) permitted.add(user);
      }
      if (permitted.size > 0) listeners.set(topic, permitted);
    }
    return listeners;
  }

  #tellEspo(event: EspoEvent, listeners: Map<string, Set<User>>): void {
    if (this.#end.signal.aborted) return;
    const text = JSON.stringify(event);
    for (const topic of [espoTopic, espoTopicOf(event.chatId)]) {
      const permitted = listeners.get(topic);
      if (permitted) this.#options.outlet.publish(topic, text, (user) => permitted.has(user));
    }
  }

  /** Tells every Inbox with listeners its head, so that a client that lost a push learns of it. */
  async #beat(): Promise<void> {
    const { clock, limits, outlet } = this.#options;
    const { signal } = this.#end;
    for (;;) {
      await clock.delay(limits.heartbeatMs, signal);
      if (signal.aborted) return;
      const inboxes = [...outlet.topics()].map(inboxOfTopic).filter((inboxId) => inboxId !== undefined);
      await Promise.all(inboxes.map((inboxId) => this.#tellHead(inboxId)));
    }
  }

  /** Asks the database: a head known from pushes alone would not show that the bus has lost one. */
  async #tellHead(inboxId: number): Promise<void> {
    const { heads, headOf, outlet, log } = this.#options;
    try {
      const head = await headOf(inboxId);
      if (head !== undefined) heads.note(inboxId, head);
    } catch (error) {
      log.warn({ err: error, inboxId }, 'the head could not be read; the last one known is told');
    }
    const head = heads.get(inboxId);
    if (head === undefined || this.#end.signal.aborted) return;
    outlet.publish(inboxTopic(inboxId), JSON.stringify({ inboxId, ...head, rows: null } satisfies Push));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    for (const end of this.#unsubscribe) end();
    // A question that hangs in the database must not keep the house from closing.
    const enough = new AbortController();
    await Promise.race([
      Promise.all([this.#beating, ...[...this.#translating.values()].map((chain) => chain.tail)]),
      this.#options.clock.delay(1_000, enough.signal),
    ]);
    enough.abort();
  }
}

function messagesOf(rows: unknown[]): Message[] {
  return rows.flatMap((row) => {
    const read = message.safeParse(row);
    return read.success ? [read.data] : [];
  });
}
