import { z } from 'zod';
import type { Ack } from './ack.ts';
import type { Address } from './address.ts';
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
  'call',
  'system',
  'waiting',
  'unknown',
] as const;
export type MessageType = (typeof messageTypes)[number];
export const messageType = z.enum(messageTypes);

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
}
export interface AckEvent extends AboutMessage {
  kind: 'ack';
  ack: Ack;
}
export interface EditEvent extends AboutMessage {
  kind: 'edit';
  body: string;
  at: number;
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
export interface ChatEvent {
  kind: 'chat';
  chat: Address;
  name?: string;
  /** Unread count as the phone has it at `at`; without `at` it is not taken. */
  unread?: number;
  pinned?: boolean;
  archived?: boolean;
  /** Milliseconds; 0 = not muted. */
  mutedUntil?: number;
  at?: number;
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
  | ChatEvent
  | ContactEvent
  | AddressPairEvent
  | PresenceEvent
  | SessionStateEvent;
