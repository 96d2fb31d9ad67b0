import { matches, type Match } from './uri.ts';

/** Message types of WAMP v2 as far as a broker meets them. */
export const type = {
  hello: 1,
  welcome: 2,
  abort: 3,
  challenge: 4,
  authenticate: 5,
  goodbye: 6,
  error: 8,
  publish: 16,
  published: 17,
  subscribe: 32,
  subscribed: 33,
  unsubscribe: 34,
  unsubscribed: 35,
  event: 36,
  call: 48,
  cancel: 49,
  register: 64,
  unregister: 66,
} as const;

/** What a v2 client may say. `refusable` are requests of roles that this broker does not play. */
export type ClientMessageV2 =
  | { kind: 'hello'; realm: string; authmethods: string[]; authid: string | undefined }
  | { kind: 'abort' }
  | { kind: 'authenticate'; signature: string }
  | { kind: 'goodbye' }
  | { kind: 'subscribe'; request: number; topic: string; match: Match | undefined }
  | { kind: 'unsubscribe'; request: number; subscription: number }
  | { kind: 'publish'; request: number; acknowledge: boolean; topic: string }
  | { kind: 'refusable'; request: number; type: number }
  | { kind: 'ignored' }
  | Violation;

/** The text is not a message that a client may send; `message` says why and goes into the ABORT. */
export interface Violation {
  kind: 'violation';
  message: string;
}

export const violation = (message: string): Violation => ({ kind: 'violation', message });

/** Reads one frame. Never throws. Unknown keys of Options and Details are ignored, as the specification demands. */
export function decodeV2(text: string): ClientMessageV2 {
  const frame = parseArray(text);
  if (!frame) return violation('not a JSON array');
  const [kind, first, second, third] = frame;
  switch (kind) {
    case type.hello: {
      if (typeof first !== 'string' || !isDict(second) || !isDict(second['roles'])) {
        return violation('HELLO is [1, realm, {roles}]');
      }
      const methods = second['authmethods'];
      const authid = second['authid'];
      return {
        kind: 'hello',
        realm: first,
        authmethods: Array.isArray(methods) ? methods.filter((method) => typeof method === 'string') : [],
        authid: typeof authid === 'string' ? authid : undefined,
      };
    }
    case type.abort:
      return { kind: 'abort' };
    case type.authenticate:
      if (typeof first !== 'string') return violation('AUTHENTICATE is [5, signature, extra]');
      return { kind: 'authenticate', signature: first };
    case type.goodbye:
      if (!isDict(first) || typeof second !== 'string') return violation('GOODBYE is [6, details, reason]');
      return { kind: 'goodbye' };
    case type.subscribe: {
      if (!isRequest(first) || !isDict(second) || typeof third !== 'string') {
        return violation('SUBSCRIBE is [32, request, options, topic]');
      }
      const wanted = second['match'] ?? 'exact';
      return {
        kind: 'subscribe',
        request: first,
        topic: third,
        match: matches.find((one) => one === wanted),
      };
    }
    case type.unsubscribe:
      if (!isRequest(first) || !isRequest(second))
        return violation('UNSUBSCRIBE is [34, request, subscription]');
      return { kind: 'unsubscribe', request: first, subscription: second };
    case type.publish:
      if (!isRequest(first) || !isDict(second) || typeof third !== 'string') {
        return violation('PUBLISH is [16, request, options, topic, …]');
      }
      return { kind: 'publish', request: first, acknowledge: second['acknowledge'] === true, topic: third };
    case type.call:
    case type.register:
    case type.unregister:
      if (!isRequest(first)) return violation('a request begins [type, request, …]');
      return { kind: 'refusable', request: first, type: kind };
    case type.cancel:
      return { kind: 'ignored' };
    default:
      return violation('not a message a client may send');
  }
}

/** Request ids need not count up by one: the newest text asks for it, older clients draw them at random. */
function isRequest(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isDict(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON array that holds at least its type; `undefined` for anything else. */
export function parseArray(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.length > 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

export const encodeV2 = {
  welcome: (session: number, details: Record<string, unknown>): string =>
    JSON.stringify([type.welcome, session, details]),
  abort: (reason: string, message: string): string => JSON.stringify([type.abort, { message }, reason]),
  challenge: (method: string): string => JSON.stringify([type.challenge, method, {}]),
  goodbye: (reason: string, message?: string): string =>
    JSON.stringify([type.goodbye, message ? { message } : {}, reason]),
  error: (requestType: number, request: number, reason: string): string =>
    JSON.stringify([type.error, requestType, request, {}, reason]),
  subscribed: (request: number, subscription: number): string =>
    JSON.stringify([type.subscribed, request, subscription]),
  unsubscribed: (request: number): string => JSON.stringify([type.unsubscribed, request]),
  /** `argument` is JSON already: it is written once for everybody. Only pattern subscriptions need to be told the topic. */
  event: (subscription: number, publication: number, argument: string, topic?: string): string =>
    `[${type.event},${subscription},${publication},${topic === undefined ? '{}' : JSON.stringify({ topic })},[${argument}]]`,
};
