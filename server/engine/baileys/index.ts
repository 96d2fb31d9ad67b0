import type { Engine } from '../engine.ts';
import { BaileysSession } from './session.ts';

export const engine: Engine = {
  name: 'baileys',
  capabilities: {
    pairing: ['qr', 'code'],
    history: true,
    maxTextLength: 65_536,
    edit: true,
    revoke: true,
    react: true,
    vote: true,
    forward: true,
    star: true,
    markRead: true,
    markUnread: true,
    typing: true,
    arrange: true,
    block: true,
    invitations: true,
    findNumbers: true,
    profilePictures: true,
    linkPreviews: true,
    media: true,
    chosenMessageId: true,
  },
  createSession: (options) => new BaileysSession(options),
};
