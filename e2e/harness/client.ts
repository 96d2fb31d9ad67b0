import type { SignedIn } from '../../server/contract/api.ts';
import type { Changes, Inbox } from '../../server/contract/wire.ts';

/** An integrator or a widget without a screen: bearer sign-in and plain calls. Throws on any answer that is not 2xx. */
export class ApiClient {
  readonly url: string;
  readonly token: string;
  readonly me: SignedIn;
  private constructor(url: string, me: SignedIn) {
    this.url = url;
    this.token = me.token ?? '';
    this.me = me;
  }

  static async signIn(url: string, credentials: { email: string; password: string }): Promise<ApiClient> {
    const response = await fetch(`${url}/api/v1/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...credentials, mode: 'bearer' }),
    });
    if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
    return new ApiClient(url, (await response.json()) as SignedIn);
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  async inboxes(): Promise<Inbox[]> {
    return (await this.call<{ list: Inbox[] }>('GET', '/inboxes')).list;
  }

  /** Every Message of an Inbox, read as a client would catch up: page after page of changes. */
  async messagesOf(inboxId: number): Promise<Changes['messages']> {
    const rows = new Map<number, Changes['messages'][number]>();
    for (let since = 0; ;) {
      const answer = await this.call<{ inboxes: Changes[] } | undefined>(
        'GET',
        `/changes?since=${inboxId}:${since}`,
      );
      const page = answer?.inboxes.find((changes) => changes.inboxId === inboxId);
      if (!page) return [...rows.values()];
      for (const row of page.messages) rows.set(row.id, row);
      since = page.cursor;
      // What changed while this was read has a higher number, and is asked for once more.
      if (!page.more && page.messages.length === 0) return [...rows.values()];
    }
  }
}
