import type { DEFAULT_CONNECTION_CONFIG } from 'baileys';

type Logger = (typeof DEFAULT_CONNECTION_CONFIG)['logger'];
/** The library's own words are about keys and contents. */
export const silent: Logger = {
  level: 'silent',
  child: () => silent,
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
