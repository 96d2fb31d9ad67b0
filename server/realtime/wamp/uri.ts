/** How a subscription matches topics. `prefix` is a prefix of the *text*; in `wildcard` an empty component matches any one. */
export type Match = 'exact' | 'prefix' | 'wildcard';

export const matches: readonly Match[] = ['exact', 'prefix', 'wildcard'];

const longest = 255;
const strictTopic = /^(?:[^\s.#]+\.)*[^\s.#]+$/;
const patternTopic = /^(?:[^\s.#]*\.)*[^\s.#]*$/;

/** The specification's loose rule: dotted components without blanks or `#`; empty ones only in patterns. */
export function isUri(uri: string, match: Match = 'exact'): boolean {
  if (uri.length > longest) return false;
  return match === 'exact' ? strictTopic.test(uri) : patternTopic.test(uri);
}

export function topicMatches(topic: string, pattern: string, match: Match): boolean {
  if (match === 'exact') return topic === pattern;
  if (match === 'prefix') return topic.startsWith(pattern);
  const wanted = pattern.split('.');
  const found = topic.split('.');
  return (
    wanted.length === found.length && wanted.every((part, index) => part === '' || part === found[index])
  );
}

/** Error and close reasons that this broker uses, spelled once. */
export const reasons = {
  invalidArgument: 'wamp.error.invalid_argument',
  invalidUri: 'wamp.error.invalid_uri',
  notAuthorized: 'wamp.error.not_authorized',
  noSuchProcedure: 'wamp.error.no_such_procedure',
  noSuchRealm: 'wamp.error.no_such_realm',
  noSuchSubscription: 'wamp.error.no_such_subscription',
  protocolViolation: 'wamp.error.protocol_violation',
  timeout: 'wamp.error.timeout',
  unavailable: 'wamp.error.unavailable',
  goodbyeAndOut: 'wamp.close.goodbye_and_out',
  systemShutdown: 'wamp.close.system_shutdown',
} as const;
