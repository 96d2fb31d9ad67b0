import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';

export interface HostPage {
  headers?: Record<string, string>;
  html: string;
}

/** Somebody else's website, on an origin of its own. Pages and scripts by path. */
export class HostSite implements AsyncDisposable {
  readonly pages = new Map<string, HostPage>();
  readonly scripts = new Map<string, string>();
  /** Answered by `/token`; undefined: 403. */
  token: (() => string) | undefined;
  #http: Server;

  constructor() {
    this.#http = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://host');
      const page = this.pages.get(pathname);
      const script = this.scripts.get(pathname);
      if (pathname === '/token') {
        response.writeHead(this.token ? 200 : 403, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ token: this.token?.() }));
      } else if (page) {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers });
        response.end(request.method === 'HEAD' ? '' : page.html);
      } else if (script !== undefined) {
        response.writeHead(200, { 'content-type': 'text/javascript' });
        response.end(script);
      } else response.writeHead(404).end();
    });
  }

  static async start(): Promise<HostSite> {
    const site = new HostSite();
    await new Promise<void>((done) => site.#http.listen(0, '127.0.0.1', done));
    return site;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((done) => this.#http.close(done));
  }
}

/** An address of this machine that browsers do not take for secure over http; undefined: it has none. */
export function plainAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flat()
    .find((one) => one && one.family === 'IPv4' && !one.internal)?.address;
}
