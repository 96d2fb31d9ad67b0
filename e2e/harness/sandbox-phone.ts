/** The phone and the people of the sandbox, by its control door: what a person does on the Sandbox phone's page. */
export class SandboxPhone {
  readonly #url: string;
  constructor(url: string) {
    this.#url = url.replace(/\/$/, '');
  }

  /** One verb of the world (sandbox/verbs.ts). Throws with the world's refusal. */
  async act<T = unknown>(verb: string, body: object = {}): Promise<T> {
    const response = await fetch(`${this.#url}/api/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the sandbox refused ${verb}: ${text}`);
    return JSON.parse(text) as T;
  }

  async chats(): Promise<PhoneChat[]> {
    const response = await fetch(`${this.#url}/api/state`);
    return ((await response.json()) as { chats: PhoneChat[] }).chats;
  }

  /** Texts of one chat as the phone shows them, oldest first. */
  async texts(chat: string): Promise<string[]> {
    const found = (await this.chats()).find((one) => one.id === chat);
    return (found?.messages ?? []).map((message) => message.body ?? '');
  }
}

export interface PhoneChat {
  id: string;
  title: string;
  messages: { id: string; body?: string; fromMe: boolean; ack: number }[];
}
