import type { Engine } from '../engine.ts';
import { WwebjsSession } from './session.ts';

export const engine: Engine = {
  name: 'wwebjs',
  capabilities: {
    pairing: ['qr', 'code'],
    history: true,
    maxTextLength: 65_536,
    edit: false,
    revoke: false,
    react: false,
    forward: false,
    star: false,
    markRead: true,
    markUnread: false,
    typing: false,
    arrange: false,
    media: false,
    chosenMessageId: false,
  },
  createSession: (options) => new WwebjsSession(options),
};
