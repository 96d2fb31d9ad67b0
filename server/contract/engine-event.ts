import { z } from 'zod';
import type { Ack } from './ack.ts';
import type { Address } from './address.ts';
import type { MediaFacts, MessageContent } from './content.ts';
import type { SessionReport } from './session-state.ts';

/** What a Message is. Kinds this version cannot show in full are stored under their kind and shown as a placeholder. */
export const messageTypes = [
  'text',
  'image',
  'video',
  'voice',
  'audio',
  'document',
  'sticker',
  'location',
  'contact-card',
  'poll',
  'invitation',
  'call',
  'system',
  'waiting',
  'unknown',
] as const;
export type MessageType = (typeof messageTypes)[number];
export const messageType = z.enum(messageTypes);

export function isMessageType(value: unknown): value is MessageType {
  return (messageTypes as readonly unknown[]).includes(value);
}

/** Where a fact came from. History neither notifies nor raises unread; otherwise the two are the same. */
export type Origin = 'live' | 'history';

interface AboutMessage {
  /** WhatsApp's bare id of the message the fact is about. */
  messageId: string;
  /** Known from most sources; a fact without it is matched by the id alone. */
  chat?: Address;
  fromMe?: boolean;
}

export interface MessageEvent {
  kind: 'message';
  messageId: string;
  chat: Address;
  fromMe: boolean;
  /** The member who wrote in a group; absent in direct chats. */
  sender?: Address;
  senderName?: string;
  type: MessageType;
  /** Text, or the caption; '' where there is none. Well-formed Unicode. */
  body: string;
  /** Milliseconds since 1970; WhatsApp gives whole seconds. */
  at: number;
  ack?: Ack;
  origin: Origin;
  /** Our own reference, where the network carries one back to us (rule 2 of echo binding). */
  clientId?: string;
  quotedMessageId?: string;
  /** Present when the source already delivers an edited text. */
  editedAt?: number;
  revoked?: boolean;
  content?: MessageContent;
  media?: MediaFacts;
  /** How often it has been passed on, as WhatsApp tells: 1 = forwarded, 2 = many times. */
  forwarded?: 1 | 2;
  starred?: boolean;
}
export interface AckEvent extends AboutMessage {
  kind: 'ack';
  ack: Ack;
}
export interface EditEvent extends AboutMessage {
  kind: 'edit';
  body: string;
  at: number;
  /** The Agent by whose hand; no engine tells it. */
  agentId?: number;
}
export interface RevokeEvent extends AboutMessage {
  kind: 'revoke';
  at: number;
}
export interface ReactionEvent extends AboutMessage {
  kind: 'reaction';
  /** Who reacted; our own number when `fromUs`. */
  sender: Address;
  fromUs: boolean;
  /** '' takes the reaction back. */
  emoji: string;
  at: number;
}
/** Marked with a star on one of our devices, or the mark taken away. */
export interface StarEvent extends AboutMessage {
  kind: 'star';
  starred: boolean;
  at: number;
}
/** How far one of our Messages got with one member of a group. */
export interface ReceiptEvent extends AboutMessage {
  kind: 'receipt';
  member: Address;
  ack: Ack;
  at: number;
}
/** What one person has chosen in a poll, all of it. */
export interface VoteEvent extends AboutMessage {
  kind: 'vote';
  /** Who chose; our own number when `fromUs`. */
  voter: Address;
  fromUs: boolean;
  /** Texts of the options; none takes the vote back. */
  options: string[];
  at: number;
}
export interface ChatEvent {
  kind: 'chat';
  chat: Address;
  name?: string;
  /** Unread count as the phone has it at `at`, -1 for "marked unread"; without `at` it is not taken. */
  unread?: number;
  pinned?: boolean;
  archived?: boolean;
  /** Milliseconds; 0 = not muted. */
  mutedUntil?: number;
  at?: number;
}
/** A group as somebody saw it at `at`. With `members` it is the whole list: who is not on it had left by then. */
export interface GroupEvent {
  kind: 'group';
  chat: Address;
  at: number;
  subject?: string;
  description?: string;
  members?: { address: Address; role: 'member' | 'admin' | 'owner' }[];
}
/** Somebody came to, went from, or changed their role in a group. */
export interface MembershipEvent {
  kind: 'membership';
  chat: Address;
  members: Address[];
  role: 'member' | 'admin' | 'owner' | 'gone';
  at: number;
}
export interface ContactEvent {
  kind: 'contact';
  address: Address;
  /** As saved in the phone's address book. */
  name?: string;
  /** As the person calls themself. */
  pushName?: string;
  isBusiness?: boolean;
  isMe?: boolean;
  /** Whether we have blocked them. */
  blocked?: boolean;
}
/** Everybody we have blocked: who is not on it is not blocked (any more). */
export interface BlockListEvent {
  kind: 'block-list';
  people: Address[];
}
/** A person or a group has another profile picture, or none any more: what is known of it is old. */
export interface PictureEvent {
  kind: 'picture';
  of: Address;
}
/** Two Addresses of one person. Learning it joins their Contacts and Chats. */
export interface AddressPairEvent {
  kind: 'address-pair';
  lid: Address;
  phone: Address;
}
export interface PresenceEvent {
  kind: 'presence';
  chat: Address;
  presence: 'typing' | 'recording' | 'paused' | 'online' | 'offline';
  /** With `offline`: when they were there last, ms; absent where they hide it. */
  lastSeen?: number;
}
export interface SessionStateEvent {
  kind: 'session-state';
  report: SessionReport;
}

/** The normalised inbound fact: what every webhook, engine event and history page becomes before `receive`. */
export type EngineEvent =
  | MessageEvent
  | AckEvent
  | EditEvent
  | RevokeEvent
  | ReactionEvent
  | StarEvent
  | ReceiptEvent
  | VoteEvent
  | ChatEvent
  | GroupEvent
  | MembershipEvent
  | ContactEvent
  | BlockListEvent
  | AddressPairEvent
  | PictureEvent
  | PresenceEvent
  | SessionStateEvent;
