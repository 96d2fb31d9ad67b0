import { vi } from 'vitest';
import type { WorldView } from '../../sandbox/view.ts';

/** The phone in somebody's hand, and the customers' phones: the sandbox, asked over its control door. */
export class SandboxPhone {
  readonly #house: () => { sandboxUrl: string | undefined };
  /** A function, since a restarted house has another sandbox address. */
  constructor(house: () => { sandboxUrl: string | undefined }) {
    this.#house = house;
  }

  /** One verb of `sandbox/verbs.ts`. Throws what the phone would say when it refuses. */
  async do<T = unknown>(verb: string, body: object = {}): Promise<T> {
    const response = await fetch(`${this.#house().sandboxUrl}api/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`the phone answered ${verb}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  async state(): Promise<WorldView> {
    return (await fetch(`${this.#house().sandboxUrl}api/state`)).json() as Promise<WorldView>;
  }

  /** What we have said in a chat that reads exactly so, oldest first. */
  async saidByUs(chat: string, body: string): Promise<WorldView['chats'][number]['messages']> {
    const { chats } = await this.state();
    const found = chats.find((one) => one.id === chat);
    return (found?.messages ?? []).filter((message) => message.fromMe && message.body === body);
  }

  /** A customer writes. */
  writes(from: string, body: string): Promise<{ id: string }> {
    return this.do('inbound', { from, body });
  }

  /** Scans the code as soon as a screen shows one. */
  async scan(): Promise<void> {
    await vi.waitUntil(async () => (await this.state()).waiting > 0, { timeout: 120_000, interval: 100 });
    await this.do('scan-on-screen');
  }
}
