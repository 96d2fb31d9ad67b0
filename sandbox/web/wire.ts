import type { MessageFields } from '../shapes.ts';

/** What the stand-in page and the world say to each other over the socket. Types only: both sides import it. */

/** A message as page models hold it: addresses and ids serialized. Undefined fields are left out. */
export interface RawMessage extends MessageFields {
  id: string;
  chat: string;
  from: string;
  to: string;
  author?: string;
  type: string;
  body?: string;
  caption?: string;
  t: number;
  ack: number;
  notifyName?: string;
  quotedStanzaID?: string;
  quotedParticipant?: string;
  quotedMsg?: { type: string; body?: string; caption?: string };
  latestEditSenderTimestampMs?: number;
  directPath?: string;
  mimetype?: string;
  filename?: string;
  size?: number;
  mediaKey?: string;
  mediaKeyTimestamp?: number;
  filehash?: string;
  encFilehash?: string;
}

export interface RawChat {
  id: string;
  name?: string;
  unreadCount: number;
  t: number;
  archive: boolean;
  /** Milliseconds; 0 is not pinned. */
  pin: number;
  /** Seconds; 0: loud, -1: silent for ever. */
  muteExpiration: number;
  group?: { subject: string; desc?: string; participants: RawParticipant[] };
}

export interface RawParticipant {
  id: string;
  isAdmin: boolean;
  isSuperAdmin: boolean;
}

export interface RawInfo {
  delivery: { id: string; t: number }[];
  deliveryRemaining: number;
  read: { id: string; t: number }[];
  readRemaining: number;
  played: { id: string; t: number }[];
  playedRemaining: number;
}

export interface RawContact {
  id: string;
  pn?: string;
  lid?: string;
  name?: string;
  pushname: string;
  blocked?: boolean;
}

export interface RawReaction {
  id: string;
  parent: string;
  text: string;
  t: number;
  from: string;
}

/** Numbers of the poll's options; `t` in milliseconds. */
export interface RawVote {
  id: string;
  parent: string;
  from: string;
  options: number[];
  t: number;
}

export type Frame =
  | { kind: 'ref'; ref: string }
  | { kind: 'linked'; credentials: string }
  | {
      kind: 'open';
      me: { pn: string; lid?: string; pushname: string };
      contacts: RawContact[];
      chats: RawChat[];
      messages: RawMessage[];
      sync: 'normal' | 'quick' | 'instant';
      hangSends: boolean;
    }
  /** `again`: tell the listeners although it is known. */
  | { kind: 'message'; message: RawMessage; fresh: boolean; again?: boolean }
  /** `early`: tell the listeners although the message is not known yet. */
  | { kind: 'patch'; id: string; set: Partial<RawMessage>; again?: boolean; early?: RawMessage }
  | { kind: 'remove'; id: string }
  | { kind: 'chat'; chat: RawChat }
  | { kind: 'contact'; contact: RawContact }
  | { kind: 'pair'; pn: string; lid: string }
  | { kind: 'reaction'; reaction: RawReaction }
  | { kind: 'vote'; vote: RawVote }
  | { kind: 'faults'; hangSends: boolean }
  | { kind: 'state'; state: string }
  | { kind: 'resync' }
  | { kind: 'reload' }
  | { kind: 'iframes'; count: number }
  | { kind: 'logout' }
  | { kind: 'answer'; call: number; value?: unknown; error?: string };

/** Operations of the page; each answers once. */
export interface Calls {
  exists: { args: { wid: string }; value: { wid?: string; lid?: string } };
  /** Up to `before` (seconds), without those of that very second the page has already. */
  earlier: { args: { chat: string; before: number | null; except: string[] }; value: RawMessage[] };
  send: {
    args: { chat: string; message: RawMessage & { fields?: MessageFields } };
    value: { ack: number; t: number };
  };
  edit: { args: { id: string; body: string }; value: true };
  revoke: { args: { id: string }; value: true };
  remove: { args: { id: string }; value: true };
  react: { args: { id: string; text: string }; value: true };
  vote: { args: { id: string; options: number[] }; value: true };
  votes: { args: { id: string }; value: RawVote[] };
  /** What the page keeps on disk and not in memory; which is all there is, here. */
  stored: { args: { ids: string[] }; value: RawMessage[] };
  star: { args: { id: string; star: boolean }; value: true };
  arrange: {
    args: { chat: string; archived?: boolean; pinned?: boolean; mutedUntil?: number; unread?: true };
    value: true;
  };
  block: { args: { wid: string; blocked: boolean }; value: true };
  /** Where the profile picture of somebody is, or the status of the refusal. */
  picture: { args: { wid: string }; value: { path: string } | { status: number } };
  /** Comes into a group by the code of an invitation; the status WhatsApp answers with. */
  join: { args: { group: string; code: string }; value: number };
  /** The code of a group's link, or the status of the refusal. */
  groupCode: { args: { group: string }; value: string | number };
  typing: { args: { chat: string; what: 'composing' | 'recording' | 'paused' }; value: true };
  /** Who of a group has a message of ours. */
  info: { args: { id: string }; value: RawInfo };
  /** Asks the phone to upload a file again: is it there now? `waiting`: the phone does not answer. */
  reupload: { args: { path: string }; value: 'there' | 'missing' | 'waiting' };
  seen: { args: { chat: string }; value: true };
  logout: { args: Record<never, never>; value: true };
  pairingCode: { args: { phone: string }; value: string };
}
export type CallName = keyof Calls;

export type PageFrame =
  | { kind: 'hello'; credentials: string | null }
  | { kind: 'refresh' }
  | { kind: 'missing'; name: string }
  | { kind: 'takeover' }
  | { kind: 'note'; what: string }
  | { kind: 'call'; call: number; name: CallName; args: unknown };
