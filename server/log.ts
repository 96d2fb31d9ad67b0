import { pino, type Logger } from 'pino';

export type Log = Logger;

/** Keys that may hold a secret or a person's words; they never reach a log line. */
const redacted = [
  'password',
  'token',
  'ticket',
  'secret',
  'authorization',
  'cookie',
  'body',
  'qr',
  'value',
  'apiKey',
];

/** Of an error beside its message and stack: no other property, for a driver's holds the whole statement with its values. */
const toldOfErrors = ['code', 'errno', 'sqlState', 'syscall', 'address', 'port', 'status', 'signal'] as const;

/** What is written of an error, and of what caused it. */
function told(error: unknown, deepest = 3): object {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error).slice(0, 500) };
  const own = error as Error & Record<string, unknown>;
  const message = typeof own['sqlState'] === 'string' ? unquoted(error.message) : error.message;
  return {
    type: error.constructor.name,
    message,
    stack: error.stack?.replace(error.message, () => message),
    ...Object.fromEntries(
      toldOfErrors.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])),
    ),
    ...(error.cause !== undefined && deepest > 0 && { cause: told(error.cause, deepest - 1) }),
    ...(error instanceof AggregateError &&
      deepest > 0 && { errors: error.errors.slice(0, 5).map((one: unknown) => told(one, deepest - 1)) }),
  };
}

/** A database quotes what it did not like: somebody's e-mail, a part of a Message. Which column or key it was may stay. */
function unquoted(message: string): string {
  const found =
    /^([^']*?)('.*?')?((?: for (?:key|column) ['`][\w.`$-]+['`])?(?: at (?:row|line) \d+)?)$/s.exec(message);
  if (!found) return `${message.split("'", 1)[0]}[hidden]`;
  const [, before, quoted, where] = found;
  return `${before}${quoted === undefined ? '' : '[hidden]'}${where}`;
}

/** The root logger: JSON lines on stdout, object first. Rooms take `log.child({ room })`. */
export function createLog(level: string, destination?: { write(line: string): void }): Log {
  const options = {
    level,
    base: null,
    redact: { paths: redacted.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[hidden]' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    serializers: { err: (error: unknown) => told(error), error: (error: unknown) => told(error) },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination ? pino(options, destination) : pino(options);
}
