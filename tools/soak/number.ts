import { randomUUID } from 'node:crypto';
import { startSandbox, type Sandbox } from '../../sandbox/index.ts';
import type { ApiClient } from '../../e2e/harness/client.ts';
import type { Evidence } from './audit.ts';
import { pause, until } from './waiting.ts';

const customers = 3;
/** Between two messages of one number, ms. */
const paceMs = { least: 1_000, most: 4_000 };

/** One number: its WhatsApp world, its Inbox, its customers and its Agent, who all write all the time. */
export class SoakNumber implements AsyncDisposable {
  readonly name: string;
  readonly sandbox: Sandbox;
  readonly sent: Evidence['sent'] = [];
  inboxId = 0;
  /** The product, at this moment. */
  readonly #api: () => ApiClient;
  #chats: number[] = [];
  #random: () => number;
  #said = 0;

  private constructor(name: string, sandbox: Sandbox, api: () => ApiClient, random: () => number) {
    this.name = name;
    this.sandbox = sandbox;
    this.#api = api;
    this.#random = random;
  }
  static async start(index: number, api: () => ApiClient, random: () => number): Promise<SoakNumber> {
    const digits = String(index).padStart(3, '0');
    const sandbox = await startSandbox({
      world: {
        me: { phone: `3906600${digits}00@c.us`, lid: `2200${digits}00@lid`, pushName: `Shop ${index + 1}` },
        people: Array.from({ length: customers }, (_, one) => ({
          phone: `39333${digits}${one}000@c.us`,
          lid: `3300${digits}${one}@lid`,
          name: `Customer ${one + 1}`,
          pushName: `Customer ${one + 1}`,
        })),
      },
    });
    return new SoakNumber(`number-${index + 1}`, sandbox, api, random);
  }

  get #people(): string[] {
    return this.sandbox.world.state.people.flatMap(({ phone }) => phone ?? []);
  }

  /** Makes the Inbox, links it by QR code, and lets every customer write once, so that there are Chats to answer in. */
  async link(engine: string, signal: AbortSignal): Promise<void> {
    const api = this.#api();
    const body = { name: this.name, engine, upstream: this.name };
    this.inboxId = (await api.call<{ id: number }>('POST', '/inboxes', body)).id;
    await api.call('POST', `/inboxes/${this.inboxId}/session/link`, { method: 'qr' });
    const code = await until(signal, () =>
      api.call<{ value: string }>('GET', `/inboxes/${this.inboxId}/session/pairing`).catch(() => undefined),
    );
    this.sandbox.world.scan(code.value);
    await until(signal, async () => (await this.state().catch(() => '')) === 'working');
    for (const person of this.#people) this.#customerWrites(person);
    this.#chats = await until(signal, async () => {
      const { list } = await api.call<{ list: { id: number }[] }>('GET', `/inboxes/${this.inboxId}/chats`);
      return list.length === customers ? list.map(({ id }) => id) : undefined;
    });
  }

  async state(): Promise<string> {
    return (await this.#api().call<{ state: string }>('GET', `/inboxes/${this.inboxId}/session`)).state;
  }
  /** A person presses the button: nobody waits for a breaker then. */
  async press(): Promise<void> {
    await this.#api().call('POST', `/inboxes/${this.inboxId}/session/link`, { method: 'qr' });
  }

  /** Writes both ways until `ends`, and settles when all that was written has been taken. */
  async talk(ends: AbortSignal): Promise<void> {
    const taken: Promise<void>[] = [];
    for (;;) {
      await pause(paceMs.least + this.#random() * (paceMs.most - paceMs.least), ends);
      if (ends.aborted) break;
      const one = Math.floor(this.#random() * customers);
      if (this.#random() < 0.6) this.#customerWrites(this.#people[one] ?? '');
      else taken.push(this.#agentWrites(this.#chats[one] ?? 0));
    }
    await Promise.all(taken);
  }
  #customerWrites(from: string): void {
    this.sandbox.world.inbound({ from, body: `${this.name}: to us ${++this.#said}` });
  }
  /** As the widget does: again under the same client id, until it is taken. */
  async #agentWrites(chatId: number): Promise<void> {
    const message = { clientId: randomUUID(), body: `${this.name}: from us ${++this.#said}` };
    const at = Date.now();
    for (;;) {
      try {
        await this.#api().call('POST', `/chats/${chatId}/messages`, message);
        break;
      } catch (error) {
        // Whoever is refused has made a mistake of their own; everything else passes.
        if (/answered 4(?!29)\d\d/.test(String(error))) throw error;
        await pause(500);
      }
    }
    this.sent.push({ ...message, at });
  }

  /** What there is to show, from both sides. */
  async evidence(): Promise<Evidence> {
    const { messages } = this.sandbox.world.state;
    const rows = await this.#api().messagesOf(this.inboxId);
    return {
      session: this.name,
      phone: messages.map(({ id, fromMe, body, t }) => ({ id, fromMe, body, at: t * 1_000 })),
      stored: rows.map(({ messageId, clientId, fromMe, body, delivery }) => ({
        messageId,
        clientId,
        fromMe,
        body,
        delivery,
      })),
      sent: this.sent,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox[Symbol.asyncDispose]();
  }
}
