import type { Engine } from '../engine.ts';
import { keepsFile } from './profile.ts';
import { WwebjsSession } from './session.ts';

export const engine: Engine = {
  name: 'wwebjs',
  capabilities: {
    pairing: ['qr', 'code'],
    history: true,
    maxTextLength: 65_536,
    edit: true,
    revoke: true,
    react: true,
    forward: true,
    star: true,
    vote: true,
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
    chosenMessageId: false,
  },
  keepsFile,
  createSession: (options) => new WwebjsSession(options),
};
