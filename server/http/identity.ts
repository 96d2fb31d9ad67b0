import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseCookie } from 'cookie';
import { isOwnOrigin, looksLikeApiKey, type Access, type Principal } from '../access/index.ts';
import { Problem } from '../contract/problem.ts';
import type { ApiScope } from '../contract/access.ts';
import { digest, sameSecret } from '../ids.ts';

/**
 * The prefix makes browsers take it only from this very host, over TLS, for the whole host, and never from a sibling
 * domain. Browsers treat loopback as secure, so it works on `http://127.0.0.1` and `http://localhost` too (checked in
 * Chromium 156); on a plain-http address of the network it does not, and should not.
 */
export const cookieName = '__Host-chatdock';
export const csrfHeader = 'x-chatdock-csrf';

export interface Identity {
  principal: Principal;
  token: string;
}

/** The page a request comes from: `own` pages and callers without an Origin are not bound by CORS. */
export interface PageOrigin {
  /** Another site's origin; undefined for our own pages and for callers that are no browser. */
  foreign: string | undefined;
}

/** Our own frame inside a host page says whose page that is; only that page could frame it (`frame-ancestors`). */
export const frameHeader = 'x-chatdock-page';

/** The host page around our own frame; undefined: no frame. */
export function framedBy(request: IncomingMessage): string | undefined {
  const page = request.headers[frameHeader];
  return typeof page === 'string' ? page : undefined;
}

export function pageOrigin(request: IncomingMessage, publicUrl: string | undefined): PageOrigin {
  const { origin, host } = request.headers;
  const page = framedBy(request);
  // It can only take rights away: what a caller may do is then what that page may do.
  if (page !== undefined && !isOwnOrigin(page, { publicUrl }, host ?? '')) return { foreign: page };
  if (origin === undefined || isOwnOrigin(origin, { publicUrl }, host ?? '')) return { foreign: undefined };
  return { foreign: origin };
}

/** The token of the request and how it came; a header beats the cookie. */
export function readToken(request: IncomingMessage): { token: string; mode: Principal['mode'] } | undefined {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) {
    const match = /^Bearer +([A-Za-z0-9_-]{20,200})$/i.exec(authorization);
    if (!match) return undefined;
    return { token: match[1]!, mode: looksLikeApiKey(match[1]!) ? 'key' : 'bearer' };
  }
  const token = cookie === undefined ? undefined : parseCookie(cookie)[cookieName];
  return token ? { token, mode: 'cookie' } : undefined;
}

/**
 * Who asks, or a Problem: `not-signed-in`, `origin-not-allowed`, `csrf`, `not-allowed`. `changes`: the request changes
 * something, so a cookie alone does not do. `key`: what an API key has to be allowed; without it no key is let in.
 */
export async function identify(
  request: IncomingMessage,
  access: Access,
  publicUrl: string | undefined,
  { changes, key }: { changes: boolean; key: ApiScope | undefined },
): Promise<Identity> {
  const given = readToken(request);
  if (!given) throw new Problem('not-signed-in');
  if (given.mode === 'cookie') requireOwnPage(request, publicUrl);
  const principal = await access.authenticate(given.token);
  if (!principal || principal.mode !== given.mode) throw new Problem('not-signed-in');
  if (principal.mode === 'key') {
    // A key in a page is a key in everybody's hands.
    if (pageOrigin(request, publicUrl).foreign !== undefined) throw new Problem('origin-not-allowed');
    if (key === undefined || !principal.scopes.includes(key)) throw new Problem('not-allowed');
  } else if (given.mode === 'bearer') {
    const { foreign } = pageOrigin(request, publicUrl);
    if (foreign !== undefined && !(await access.originAllowed(foreign, principal))) {
      throw new Problem('origin-not-allowed');
    }
  } else if (changes) {
    const proof = request.headers[csrfHeader];
    if (typeof proof !== 'string' || !sameSecret(digest(proof), principal.csrf)) throw new Problem('csrf');
  }
  return { principal, token: given.token };
}

/** A cookie counts only on requests that our own pages make, or a person by typing the address. */
export function requireOwnPage(request: IncomingMessage, publicUrl: string | undefined): void {
  if (pageOrigin(request, publicUrl).foreign !== undefined) throw new Problem('origin-not-allowed');
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new Problem('origin-not-allowed');
}

export function setSessionCookie(response: ServerResponse, token: string, maxAgeSeconds: number): void {
  response.appendHeader(
    'set-cookie',
    `${cookieName}=${token}; Path=/; Max-Age=${maxAgeSeconds}; Secure; HttpOnly; SameSite=Lax`,
  );
}

export function clearSessionCookie(response: ServerResponse): void {
  setSessionCookie(response, '', 0);
}
