import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface EmbedKey {
  id: number;
  kid: string;
  secret: string;
}

/** Somebody else's CRM with an origin of its own: pages with our tag in them, and a server that vouches for its user. */
export class CrmSite implements AsyncDisposable {
  /** What is at `/`, whole. */
  html = '';
  headers: Record<string, string> = {};
  /** What `/token` answers. */
  vouch: () => string = () => '';
  readonly origin: string;
  readonly #server: Server;
  private constructor(server: Server) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      if (request.url === '/token') return response.end(JSON.stringify({ token: this.vouch() }));
      for (const [name, value] of Object.entries(this.headers)) response.setHeader(name, value);
      response.setHeader('content-type', 'text/html; charset=utf-8');
      return response.end(request.url === '/other' ? '<!doctype html><title>other</title>' : this.html);
    });
  }

  static async start(): Promise<CrmSite> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CrmSite(server);
  }

  /** As a CRM in any language would sign it: three parts and an HMAC. */
  jwt(key: EmbedKey, email: string, issuer: string): string {
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: issuer,
      aud: 'chatdock',
      email,
      origin: this.origin,
      jti: randomUUID(),
      iat: now,
      exp: now + 300,
    };
    const signed = `${encode({ alg: 'HS256', typ: 'JWT', kid: key.kid })}.${encode(claims)}`;
    const key256 = Buffer.from(key.secret, 'base64url');
    return `${signed}.${createHmac('sha256', key256).update(signed).digest('base64url')}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close').catch(() => undefined);
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
