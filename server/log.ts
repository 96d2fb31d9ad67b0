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

/** The root logger: JSON lines on stdout, object first. Rooms take `log.child({ room })`. */
export function createLog(level: string, destination?: { write(line: string): void }): Log {
  const options = {
    level,
    base: null,
    redact: { paths: redacted.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[hidden]' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination ? pino(options, destination) : pino(options);
}
