import type { Frame, RawMessage } from '../wire.ts';
import { account, Cmd, Conn, learn, Socket } from './account.ts';
import { bytesOf, pause } from './bytes.ts';
import { keepChat, keepContact, keepMessage, Message, messages } from './chats.ts';
import { credentials, settle } from './link.ts';
import { keepVote } from './polls.ts';
import { keepReaction } from './sending.ts';
import { createWid } from './wid.ts';

/** Acts on what the world tells this page. */
export function hear(frame: Frame): void {
  switch (frame.kind) {
    case 'answer':
      return settle(frame);
    case 'ref':
      Conn.set({ ref: frame.ref });
      if (Socket['state'] !== 'UNPAIRED') Socket.set({ state: 'UNPAIRED' });
      return;
    case 'linked':
      credentials.set(frame.credentials);
      Socket.set({ state: 'PAIRING' });
      return;
    case 'open':
      return void open(frame);
    case 'message':
      return void keepMessage(frame.message, frame.fresh, frame.again);
    case 'patch':
      return patch(frame);
    case 'remove': {
      const message = messages.get(frame.id);
      return message && messages.remove(message);
    }
    case 'chat':
      return keepChat(frame.chat);
    case 'contact':
      return keepContact(frame.contact);
    case 'pair':
      return learn(frame.pn, frame.lid);
    case 'reaction':
      return keepReaction(frame.reaction);
    case 'vote':
      return keepVote(frame.vote);
    case 'faults':
      account.hangSends = frame.hangSends;
      return;
    case 'state':
      Socket.set({ state: frame.state });
      return;
    case 'resync':
      Socket.set({ hasSynced: false });
      Socket.set({ hasSynced: true });
      return;
    case 'reload':
      return location.reload();
    case 'iframes':
      return addFrames(frame.count);
    case 'logout':
      return void logOut();
    default:
  }
}

/** The socket is gone: what was connected is opening again. */
export function lost(): void {
  if (Socket['state'] === 'CONNECTED') Socket.set({ state: 'OPENING' });
}

/**
 * Linked and connected. On a page that was open before (its listeners live), what was missed is told as new; on
 * a freshly loaded page it is history already, as on the real one.
 */
async function open(frame: Extract<Frame, { kind: 'open' }>): Promise<void> {
  const again = Socket['hasSynced'] === true;
  account.me = createWid(frame.me.pn);
  account.lid = frame.me.lid ? createWid(frame.me.lid) : null;
  account.hangSends = frame.hangSends;
  learn(frame.me.pn, frame.me.lid);
  Conn.set({ wid: account.me, pushname: frame.me.pushname, platform: 'android' });
  for (const contact of frame.contacts) keepContact(contact);
  for (const chat of frame.chats) keepChat(chat);
  for (const raw of frame.messages) {
    if (again && messages.get(raw.id))
      patch({ kind: 'patch', id: raw.id, set: { ack: raw.ack, type: raw.type } });
    else keepMessage(raw, again);
  }
  if (frame.sync === 'instant') return void Socket.set({ hasSynced: true, state: 'CONNECTED' });
  Socket.set({ state: 'CONNECTED' });
  if (again) return;
  for (const progress of [10, 60, 100]) {
    account.progress = progress;
    Cmd.trigger('offline_progress_update_from_bridge');
    await pause(20);
  }
  if (frame.sync === 'normal') await listened();
  Socket.set({ hasSynced: true });
}

/**
 * Until the library listens for the end of the sync (a real sync takes long enough), at most 20 s. Its exposed
 * functions are no sign: they outlive a reload, the listener does not.
 */
async function listened(): Promise<void> {
  for (let tries = 0; tries < 400 && !Socket.hears('change:hasSynced'); tries++) await pause(50);
}

function patch({ id, set, again, early }: Extract<Frame, { kind: 'patch' }>): void {
  const message = messages.get(id);
  if (!message && early) {
    const { chat: _chat, ...attributes } = early;
    messages.trigger('change:ack', new Message({ ...attributes, isNewMsg: true }), early.ack);
  }
  message?.set(modelled(set));
  if (message && again && set.ack !== undefined) messages.trigger('change:ack', message, set.ack, set.ack);
}

/** As the model holds it, not as it travels. */
function modelled(set: Partial<RawMessage>): Record<string, unknown> {
  const { author: _author, from: _from, to: _to, ...rest } = set;
  return {
    ...rest,
    ...(set.mentionedJidList ? { mentionedJidList: set.mentionedJidList.map(createWid) } : {}),
    ...(set.waveform ? { waveform: bytesOf(set.waveform) } : {}),
  };
}

async function logOut(): Promise<void> {
  credentials.forget();
  Cmd.trigger('logout');
  await pause(50);
  location.href = '/?post_logout=1&logout_reason=0';
}

/** Frames that navigate, as WhatsApp's own page has at the QR stage. */
function addFrames(count: number): void {
  for (let index = 0; index < count; index++) {
    const frame = document.createElement('iframe');
    frame.src = `about:blank#${index}`;
    document.body.append(frame);
    frame.src = `/blank?frame=${index}`;
  }
}
