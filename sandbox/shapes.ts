import type { SampleName } from './sample-name.ts';

/** Words of the Sandbox world. Plain data: what is here is what a state file holds. Times are seconds. */

/** An address as WhatsApp Web spells it: `…@c.us` (phone), `…@lid` (hidden number), `…@g.us` (group). */
export type Wid = string;

/** The owner of the phone. */
export interface Me {
  phone: Wid;
  lid?: Wid;
  pushName: string;
}

/** Somebody in the world. At least one of `phone` and `lid` is there. */
export interface Person {
  id: string;
  phone?: Wid;
  lid?: Wid;
  /** Name in the phone's address book; without it, only the push name is shown. */
  name?: string;
  pushName: string;
  /** The pair phone↔lid exists, but linked devices have not been told yet. */
  numberHidden?: boolean;
  /** Is on WhatsApp but neither in the address book nor in any chat. */
  stranger?: boolean;
  /** Sends read receipts. */
  receipts: boolean;
  /** We have blocked them: what they write does not arrive. */
  blocked?: boolean;
  /** Path of the profile picture, and whether it is kept from us. */
  picture?: string;
  hidesPicture?: boolean;
  /** Answers by itself, this long after a message reached them. */
  autoReplyMs?: number;
}

export interface Chat {
  id: Wid;
  /** Subject; groups only. */
  subject?: string;
  participants?: Wid[];
  admins?: Wid[];
  description?: string;
  /** By which anybody comes in. */
  inviteCode?: string;
  /** Path of a group's picture. */
  picture?: string;
  /** -1: marked as unread by hand. */
  unread: number;
  archived?: boolean;
  pinned?: boolean;
  /** Seconds; 0 or none: loud; -1: silent for ever. */
  mutedUntil?: number;
  /** Time of the newest message. */
  t: number;
}

export interface MediaReference {
  /** Path on the stand-in's own server. */
  path: string;
  mimetype: string;
  size: number;
  filename?: string;
  /** Of a file that is made anew when a kept world wakes up; others do not outlive the process. */
  sample?: SampleName;
}

/**
 * What a message's model on the page holds beside text and file, by the page's own names and in its own shapes, except
 * that addresses are text and bytes are base64 here.
 */
export interface MessageFields {
  subtype?: string;
  star?: boolean;
  isForwarded?: boolean;
  forwardingScore?: number;
  mentionedJidList?: Wid[];
  isViewOnce?: boolean;
  // files
  /** A small JPEG, base64. */
  thumbnail?: string;
  duration?: number;
  width?: number;
  height?: number;
  isGif?: boolean;
  isAnimated?: boolean;
  /** 64 bytes of 0…100. */
  waveform?: string;
  // locations
  lat?: number;
  lng?: number;
  /** Name and address, a line each. */
  loc?: string;
  isLive?: boolean;
  // contact cards
  vcardFormattedName?: string;
  vcardList?: { displayName: string; vcard: string }[];
  // polls
  pollName?: string;
  pollOptions?: { name: string; localId: number }[];
  /** 0: as many as one likes. */
  pollSelectableOptionsCount?: number;
  // invitations into a group
  inviteGrp?: Wid;
  inviteGrpName?: string;
  inviteCode?: string;
  /** Seconds. */
  inviteCodeExp?: number;
  /** A small JPEG, base64. */
  inviteGrpJpegThum?: string;
  comment?: string;
  // link previews
  matchedText?: string;
  canonicalUrl?: string;
  title?: string;
  description?: string;
  // lines nobody wrote
  recipients?: Wid[];
  templateParams?: string[];
  // calls
  callOutcome?: string;
  callDuration?: number;
  isVideoCall?: boolean;
}

/** How far a message of ours got with one member of a group. Times are seconds. */
export interface Receipt {
  member: Wid;
  delivered: number;
  read?: number;
  played?: number;
}

/** `error -1`, `pending 0 < server 1 < device 2 < read 3 < played 4`. */
export type AckLevel = -1 | 0 | 1 | 2 | 3 | 4;

export interface Message {
  /** Position in the world's log: rises with every message. */
  n: number;
  /** Bare id, `3EB0…` from a web device, `AC…` from an Android phone. */
  id: string;
  /** `fromMe_chat_id[_participant]`. */
  key: string;
  chat: Wid;
  fromMe: boolean;
  /** Group chats: who wrote it. */
  author?: Wid;
  /** `chat`, `image`, `document`, `ciphertext`, `revoked`, … */
  type: string;
  body: string;
  t: number;
  ack: AckLevel;
  pushName?: string;
  /** Bare id of the quoted message. */
  quoted?: string;
  edited?: boolean;
  /** Milliseconds. */
  editedAt?: number;
  media?: MediaReference;
  fields?: MessageFields;
  receipts?: Receipt[];
  reactions?: { from: Wid; text: string; t: number }[];
  /** Numbers of the options each has chosen; `t` in milliseconds. */
  votes?: { from: Wid; options: number[]; t: number }[];
  /** Id of the linked device it was sent from; none when typed on the phone. */
  device?: string;
}

/** A linked device. Its `credentials` live in the page's own storage, so a restored profile needs no new QR. */
export interface Device {
  id: string;
  credentials: string;
  name: string;
  linkedAt: number;
  /** Of a device that speaks the socket itself: its number in addresses (`…:3@…`). */
  number?: number;
  /** The same: `n` of the last message that was handed to it. */
  delivered?: number;
}

/** The whole world; what a state file holds. */
export interface WorldState {
  me: Me;
  people: Person[];
  chats: Chat[];
  messages: Message[];
  devices: Device[];
  /** Does the owner of the phone send read receipts? */
  receipts: boolean;
}

export interface SeedMessage {
  chat: Wid;
  fromMe?: boolean;
  author?: Wid;
  body: string;
  /** Seconds; the past counts. */
  t: number;
  type?: string;
  ack?: AckLevel;
  id?: string;
  sample?: SampleName;
  fields?: MessageFields;
  /** Id of another message of the seed. */
  quoted?: string;
}

/** What a world may begin with; everything but the lists given here is filled in. */
export interface WorldSeed {
  me?: Me;
  people?: (Pick<Person, 'pushName'> & Partial<Person>)[];
  chats?: (Pick<Chat, 'id'> & Partial<Chat>)[];
  messages?: SeedMessage[];
}

/** What happens in a world, for devices, the phone page and tests. */
export type WorldEvent =
  | { kind: 'message'; message: Message; fresh: boolean; early?: boolean }
  | {
      kind: 'changed';
      message: Message;
      what: 'ack' | 'body' | 'revoked' | 'decrypted' | 'star' | 'receipts';
    }
  | { kind: 'typing'; chat: Wid; what: 'composing' | 'recording' | 'paused' }
  | { kind: 'removed'; message: Message }
  | { kind: 'reaction'; message: Message; id: string; from: Wid; text: string; t: number }
  | { kind: 'vote'; message: Message; id: string; from: Wid; options: number[]; t: number }
  | { kind: 'chat'; chat: Chat }
  | { kind: 'person'; person: Person }
  | { kind: 'picture'; wid: Wid; isThere: boolean }
  | { kind: 'pair'; phone: Wid; lid: Wid }
  | { kind: 'linked'; device: Device }
  | { kind: 'unlinked'; device: Device }
  | { kind: 'waiting' }
  | { kind: 'phone' }
  | { kind: 'faults' }
  | { kind: 'missing-module'; name: string }
  | { kind: 'command'; command: PageCommand };

/** What the world can do to every open page at once (faults one does, rather than faults that last). */
export type PageCommand =
  | { do: 'state'; state: string }
  | { do: 'resync' }
  | { do: 'reload'; times: number; everyMs: number }
  | { do: 'iframes'; count: number }
  | { do: 'drop-sockets' }
  /** Devices on the socket are told this code and cut off: 515, 503, 401, 403, 411, 500, … */
  | { do: 'stream-error'; code: string };
