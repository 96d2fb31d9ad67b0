import { parseArray, violation, type Violation } from './codec-v2.ts';

/** Message types of WAMP v1. Clients send PREFIX, CALL, SUBSCRIBE, UNSUBSCRIBE and PUBLISH. */
export const typeV1 = {
  welcome: 0,
  prefix: 1,
  call: 2,
  callResult: 3,
  callError: 4,
  subscribe: 5,
  unsubscribe: 6,
  publish: 7,
  event: 8,
} as const;

export type ClientMessageV1 =
  | { kind: 'prefix'; prefix: string; uri: string }
  | { kind: 'call'; call: string }
  | { kind: 'subscribe'; topic: string }
  | { kind: 'unsubscribe'; topic: string }
  | { kind: 'publish'; topic: string }
  | Violation;

/** Reads one frame of WAMP v1. Never throws. */
export function decodeV1(text: string): ClientMessageV1 {
  const frame = parseArray(text);
  if (!frame) return violation('not a JSON array');
  const [kind, first, second] = frame;
  if (typeof first !== 'string') return violation('the second item is a text in every message of a client');
  switch (kind) {
    case typeV1.prefix:
      if (typeof second !== 'string') return violation('PREFIX is [1, prefix, uri]');
      return { kind: 'prefix', prefix: first, uri: second };
    case typeV1.call:
      return { kind: 'call', call: first };
    case typeV1.subscribe:
      return { kind: 'subscribe', topic: first };
    case typeV1.unsubscribe:
      return { kind: 'unsubscribe', topic: first };
    case typeV1.publish:
      return { kind: 'publish', topic: first };
    default:
      return violation('not a message a client may send');
  }
}

export const encodeV1 = {
  welcome: (session: string, agent: string): string => JSON.stringify([typeV1.welcome, session, 1, agent]),
  callError: (call: string, reason: string, message: string): string =>
    JSON.stringify([typeV1.callError, call, reason, message]),
  /** `argument` is JSON already. v1 has one payload, not a list. */
  event: (topic: string, argument: string): string =>
    `[${typeV1.event},${JSON.stringify(topic)},${argument}]`,
};

/** Resolves a CURIE `prefix:rest` by joining, as AutobahnJS does. Anything else is a topic as it stands. */
export function resolveCurie(topic: string, prefixes: ReadonlyMap<string, string>): string {
  const colon = topic.indexOf(':');
  if (colon < 0) return topic;
  const uri = prefixes.get(topic.slice(0, colon));
  return uri === undefined ? topic : uri + topic.slice(colon + 1);
}
