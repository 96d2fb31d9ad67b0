import type { ProblemCode } from '../../../server/contract/problem.ts';
import { record } from './decode.ts';
import { ConnectionError } from './connection-error.ts';

export { ConnectionError } from './connection-error.ts';

/** The server refused, with a code from the closed list. */
export class ServerProblem extends Error {
  override name = 'ServerProblem';
  readonly status: number;
  readonly code: ProblemCode;
  readonly correlationId: string | undefined;
  /** The server's own words, for developers. */
  readonly detail: string | undefined;
  constructor(status: number, code: ProblemCode, correlationId?: string, detail?: string) {
    super(code);
    this.status = status;
    this.code = code;
    this.correlationId = correlationId;
    this.detail = detail;
  }
}

export interface HttpOptions {
  host: string;
  auth: 'cookie' | 'bearer';
  /** ms until a request counts as lost. */
  timeoutMs?: number;
  fetch?: typeof globalThis.fetch;
  /** In our own frame: the origin of the page around it, whose rights we have. */
  page?: string | undefined;
}

/** One server, one sign-in. The bearer token lives here and nowhere else. */
export class Http {
  token: string | null = null;
  csrf: string | null = null;
  /** Called when a request with credentials was answered `not-signed-in`. */
  onSignedOut: (() => void) | undefined;
  /** A new sign-in in place of one that is over, where somebody vouches for the Agent. True: ask again. */
  again: (() => Promise<boolean>) | undefined;
  readonly host: string;
  readonly auth: 'cookie' | 'bearer';
  #page: string | undefined;
  #timeoutMs: number;
  #fetch: typeof globalThis.fetch;
  #life = new AbortController();

  constructor(options: HttpOptions) {
    this.host = options.host;
    this.auth = options.auth;
    this.#page = options.page;
    this.#timeoutMs = options.timeoutMs ?? 20_000;
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  get = (path: string, signal?: AbortSignal): Promise<unknown> => this.#send('GET', path, undefined, signal);
  post = (path: string, body: object = {}, signal?: AbortSignal): Promise<unknown> =>
    this.#send('POST', path, body, signal);

  ask = (method: 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<unknown> =>
    this.#send(method, path, body);

  /** An answer that is a file. */
  async file(path: string): Promise<Blob> {
    let response: Response;
    try {
      response = await this.#fetch(`${this.host}/api/v1${path}`, {
        headers: this.#headers('GET', undefined),
        credentials: this.auth === 'cookie' ? 'same-origin' : 'omit',
        cache: 'no-store',
        signal: this.#life.signal,
      });
      if (response.ok) return await response.blob();
    } catch (error) {
      throw new ConnectionError('the file cannot be had', { cause: error });
    }
    this.#read(response.status, response.headers.get('content-type') ?? '', await response.text());
    throw new ConnectionError(`status ${response.status}`);
  }

  /** Sends bytes. `XMLHttpRequest` where there is one, because `fetch` does not tell how far it is. */
  async upload(
    path: string,
    body: Blob,
    options: { mime: string; onProgress: (part: number) => void; signal: AbortSignal },
  ): Promise<unknown> {
    const sending = import('./upload.ts').catch((error: unknown) => {
      throw new ConnectionError('what sends files cannot be had', { cause: error });
    });
    const { status, text, type } = await (
      await sending
    ).send(`${this.host}/api/v1${path}`, body, {
      ...options,
      signal: AbortSignal.any([options.signal, this.#life.signal]),
      headers: this.#headers('POST', options.mime),
      withCredentials: this.auth === 'cookie',
    });
    return this.#read(status, type, text);
  }

  /** Ends every request under way. */
  close(): void {
    this.#life.abort();
    this.token = null;
  }

  /** Said when the page may be going away: it arrives all the same, and nobody waits for an answer. */
  farewell(path: string, body: object): void {
    void this.#fetch(`${this.host}/api/v1${path}`, {
      method: 'POST',
      headers: this.#headers('POST', 'application/json'),
      credentials: this.auth === 'cookie' ? 'same-origin' : 'omit',
      keepalive: true,
      body: JSON.stringify(body),
    }).catch(() => undefined);
  }

  /** The same as `post`, but nobody is asked for a new sign-in. */
  postOnce = (path: string, body: object): Promise<unknown> => this.#sendOnce('POST', path, body);

  async #send(
    method: string,
    path: string,
    body: object | undefined,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const { token } = this;
    try {
      return await this.#sendOnce(method, path, body, signal);
    } catch (error) {
      const isOver = error instanceof ServerProblem && error.code === 'not-signed-in';
      if (!isOver || !this.again) throw error;
      // Another request may have brought the new one meanwhile.
      if (token === this.token && !(await this.again().catch(() => false))) {
        this.onSignedOut?.();
        throw error;
      }
      return this.#sendOnce(method, path, body, signal);
    }
  }

  async #sendOnce(
    method: string,
    path: string,
    body: object | undefined,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const headers = this.#headers(method, body && 'application/json');
    const signals = [this.#life.signal, AbortSignal.timeout(this.#timeoutMs)];
    if (signal) signals.push(signal);
    let response: Response;
    let text: string;
    try {
      response = await this.#fetch(`${this.host}/api/v1${path}`, {
        method,
        headers,
        credentials: this.auth === 'cookie' ? 'same-origin' : 'omit',
        cache: 'no-store',
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.any(signals),
      });
      text = response.status === 204 ? '' : await response.text();
    } catch (error) {
      if (signal?.aborted || this.#life.signal.aborted) throw error;
      throw new ConnectionError('the server cannot be reached', { cause: error });
    }
    return this.#read(response.status, response.headers.get('content-type') ?? '', text);
  }

  #headers(method: string, type: string | undefined): Record<string, string> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (type) headers['content-type'] = type;
    if (this.token) headers['authorization'] = `Bearer ${this.token}`;
    if (this.#page) headers['x-chatdock-page'] = this.#page;
    if (this.csrf && method !== 'GET') headers['x-chatdock-csrf'] = this.csrf;
    return headers;
  }

  /** The answer, or throws what it says. */
  #read(status: number, type: string, text: string): unknown {
    const answer = toJson(type, text);
    if (status >= 200 && status < 300) return answer;
    const problem = record(answer);
    // A proxy that answers for a server that is down has no problem to tell.
    if (typeof problem['code'] !== 'string' && status >= 502) throw new ConnectionError(`status ${status}`);
    const code = (typeof problem['code'] === 'string' ? problem['code'] : 'fault') as ProblemCode;
    if ((code === 'not-signed-in' && !this.again) || code === 'csrf') this.onSignedOut?.();
    throw new ServerProblem(
      status,
      code,
      typeof problem['correlationId'] === 'string' ? problem['correlationId'] : undefined,
      typeof problem['detail'] === 'string' ? problem['detail'] : undefined,
    );
  }
}

function toJson(type: string, text: string): unknown {
  if (!text || !/json/.test(type)) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConnectionError('the answer is cut short', { cause: error });
  }
}
