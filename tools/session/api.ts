/** The HTTP API as a command line uses it. Every refusal is an Error with the server's own words. */
export class Api {
  readonly url: string;
  #token: string;
  #hasSignedIn = false;

  constructor(url: string, token: string) {
    this.url = url;
    this.#token = token;
  }

  static async signIn(url: string, email: string, password: string, code?: string): Promise<Api> {
    const body = { email, password, mode: 'bearer', ...(code && { code: code.trim() }) };
    const asked = await ask(url, undefined, 'POST', '/auth/sign-in', body);
    const { token } = asked as { token: string | null };
    if (token === null) throw new Error('The server gave no token');
    const api = new Api(url, token);
    api.#hasSignedIn = true;
    return api;
  }

  /** A sign-in of its own ends with it; a token that was given stays good. */
  async leave(): Promise<void> {
    if (this.#hasSignedIn) await this.post('/auth/sign-out').catch(() => undefined);
    this.#hasSignedIn = false;
  }

  get<T>(path: string): Promise<T> {
    return ask(this.url, this.#token, 'GET', path) as Promise<T>;
  }
  /** Undefined where there is none. */
  async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    }
  }
  post<T>(path: string, body: unknown = {}): Promise<T> {
    return ask(this.url, this.#token, 'POST', path, body) as Promise<T>;
  }
}

export class Refused extends Error {
  override name = 'Refused';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, words: string) {
    super(words);
    this.status = status;
    this.code = code;
  }
}

async function ask(
  url: string,
  token: string | undefined,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  // Under this name it stands in the list of sign-ins.
  const headers: Record<string, string> = { 'user-agent': 'chatdock-session' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new Error(`No server answers at ${url}`, { cause: error });
  });
  const text = await response.text();
  const answer = (text.startsWith('{') ? JSON.parse(text) : undefined) as
    { title?: string; detail?: string; code?: string } | undefined;
  if (response.ok) return answer;
  const words = [answer?.title, answer?.detail].filter(Boolean).join(': ');
  throw new Refused(response.status, answer?.code ?? '', words || `The server answered ${response.status}`);
}
