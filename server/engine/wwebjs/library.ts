import { createRequire } from 'node:module';
import type whatsapp from 'whatsapp-web.js';

// The parts of whatsapp-web.js that are used, by their own files. Its index also reads what keeps profiles in zip files
// somewhere else: three hundred modules, 0.18 s of the processor at each start of a Session's process.
const require = createRequire(import.meta.url);
type Library = typeof whatsapp;

export const Client = require('whatsapp-web.js/src/Client') as Library['Client'];
export const NoAuth = require('whatsapp-web.js/src/authStrategies/NoAuth') as Library['NoAuth'];
export const { MessageMedia, Poll } = require('whatsapp-web.js/src/structures') as Pick<
  Library,
  'MessageMedia' | 'Poll'
>;

export type Client = InstanceType<typeof Client>;
export type MessageMedia = InstanceType<typeof MessageMedia>;
export type Poll = InstanceType<typeof Poll>;
