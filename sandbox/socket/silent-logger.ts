import type { DEFAULT_CONNECTION_CONFIG } from 'baileys';

type Logger = (typeof DEFAULT_CONNECTION_CONFIG)['logger'];

/** The library's own words are about keys and contents; nobody here reads them. */
export const silentLogger: Logger = {
  level: 'silent',
  child: () => silentLogger,
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
