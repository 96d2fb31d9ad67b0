/** The closed list of expected refusals. Code → HTTP status and WAMP error URI; the widget maps codes to its own texts. */
export const problems = {
  'bad-request': { status: 400, uri: 'wamp.error.invalid_argument', title: 'The request cannot be read' },
  'not-signed-in': { status: 401, uri: 'wamp.error.not_authorized', title: 'Sign in first' },
  'wrong-credentials': { status: 401, uri: 'wamp.error.not_authorized', title: 'Wrong e-mail or password' },
  'code-required': {
    status: 401,
    uri: 'wamp.error.not_authorized',
    title: 'The code of your authenticator app is needed too',
  },
  'bad-signature': { status: 401, uri: 'wamp.error.not_authorized', title: 'The signature does not match' },
  'bad-token': {
    status: 401,
    uri: 'wamp.error.not_authorized',
    title: 'The token of the host page is not accepted',
  },
  'not-allowed': { status: 403, uri: 'wamp.error.not_authorized', title: 'Your role does not permit this' },
  'origin-not-allowed': {
    status: 403,
    uri: 'wamp.error.not_authorized',
    title: 'This origin is not on the list',
  },
  csrf: { status: 403, uri: 'wamp.error.not_authorized', title: 'The request lacks its anti-forgery token' },
  'not-found': { status: 404, uri: 'wamp.error.no_such_subscription', title: 'There is no such thing' },
  'method-not-allowed': {
    status: 405,
    uri: 'wamp.error.invalid_argument',
    title: 'This method is not offered here',
  },
  conflict: { status: 409, uri: 'wamp.error.invalid_argument', title: 'It exists already or has changed' },
  'cursor-too-old': {
    status: 410,
    uri: 'wamp.error.invalid_argument',
    title: 'The cursor is older than what is kept',
  },
  'too-large': { status: 413, uri: 'wamp.error.invalid_argument', title: 'The body is too large' },
  'unsupported-media-type': {
    status: 415,
    uri: 'wamp.error.invalid_argument',
    title: 'Send application/json',
  },
  'not-on-whatsapp': {
    status: 422,
    uri: 'wamp.error.invalid_argument',
    title: 'This number is not on WhatsApp',
  },
  'bad-phone-number': {
    status: 422,
    uri: 'wamp.error.invalid_argument',
    title: 'This is not a phone number',
  },
  'weak-password': {
    status: 422,
    uri: 'wamp.error.invalid_argument',
    title: 'Choose a longer, less common password',
  },
  'upload-not-found': {
    status: 422,
    uri: 'wamp.error.invalid_argument',
    title: 'This upload is over or has been sent already',
  },
  'refused-by-whatsapp': {
    status: 422,
    uri: 'wamp.error.invalid_argument',
    title: 'WhatsApp does not permit this',
  },
  'too-late': {
    status: 422,
    uri: 'wamp.error.invalid_argument',
    title: 'It is too late for that',
  },
  'not-linked': {
    status: 409,
    uri: 'wamp.error.unavailable',
    title: 'No phone is linked to this number',
  },
  'number-removed': {
    status: 410,
    uri: 'wamp.error.unavailable',
    title: 'This number was taken out of use: post here no more',
  },
  'session-not-working': { status: 409, uri: 'wamp.error.unavailable', title: 'The number is not connected' },
  'not-supported': {
    status: 422,
    uri: 'wamp.error.unavailable',
    title: 'The engine of this number cannot do this',
  },
  'too-many-requests': { status: 429, uri: 'wamp.error.unavailable', title: 'Too many tries, wait a little' },
  'webhook-not-configured': {
    status: 401,
    uri: 'wamp.error.not_authorized',
    title: 'No webhook with this name has a secret',
  },
  fault: { status: 500, uri: 'wamp.error.internal_error', title: 'Something broke on our side' },
  unavailable: {
    status: 503,
    uri: 'wamp.error.unavailable',
    title: 'Cannot store anything right now, try again',
  },
} as const;
export type ProblemCode = keyof typeof problems;

/** An expected refusal. `detail` is shown to the caller: no secrets, no foreign text. */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  /** Seconds; sent as Retry-After. */
  readonly retryAfter: number | undefined;
  constructor(code: ProblemCode, detail?: string, options: { retryAfter?: number } = {}) {
    super(detail ?? problems[code].title);
    this.code = code;
    this.detail = detail;
    this.retryAfter = options.retryAfter;
  }
  get status(): number {
    return problems[this.code].status;
  }
}
