import type { Capabilities } from '../contract/capability.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import type { Address } from '../contract/address.ts';
import type { GivenLink, MessageHandle, NewPoll } from '../contract/content.ts';
import type { InviteLinkOutcome, Outcome, VerbOutcome } from '../contract/outcome.ts';

/** The port every engine implements: one folder under `server/engine/`, whose index exports `engine`. */
export interface Engine {
  /** The folder's name. */
  name: string;
  capabilities: Capabilities;
  /**
   * Which files of the Session's folder the link lives in; `path` from the folder on, with `/`. They are archived, and
   * brought to the machine that runs the Session next. Without it: it lives in rows, or cannot be moved.
   */
  keepsFile?(path: string): boolean;
  /** Makes a Session's live half; starts nothing. */
  createSession(options: EngineSessionOptions): EngineSession;
}

export interface EngineSessionOptions {
  inboxId: number;
  /** A folder of this Session's own for whatever the engine must keep (credentials). Survives restarts; 0700. */
  directory: string;
  /** Facts and state reports, in the order they happened. Must not throw; the engine does not wait for it. */
  emit(events: EngineEvent[]): void;
  /** Resolves when all that was emitted before is stored; rejects when some of it was let go. Absent: at once. */
  stored?(): Promise<void>;
  /** Operator-given launch arguments of the upstream this Session speaks to (never from a tenant). */
  upstream: Upstream;
  /** Rows for what the engine must keep and nobody may read. An engine that links needs them or the folder. */
  keys?: EngineKeys;
  /** What we know of messages, for engines that must say again what they once said. */
  known?: EngineKnowledge;
  /** Between two signs of life on WhatsApp's socket, ms, for engines that speak it themselves: 20…30 s. */
  keepAliveMs?: number;
  /** The operator's browser, for engines that have one; without it they look in the well-known places. */
  browser?: string;
  log: EngineLog;
}

/** A world an engine may speak to, defined by the operator: the real WhatsApp, or the sandbox. */
export interface Upstream {
  name: string;
  /** Extra arguments for the browser, for engines that have one. */
  browserArguments: string[];
  /** Where WhatsApp's socket is, for engines that speak it themselves. Without it: WhatsApp's own. */
  socket?: UpstreamSocket;
}

export interface UpstreamSocket {
  /** `wss://…` */
  url: string;
  /** Base64 of the 32 bytes that vouch for the server in the handshake. Without it: WhatsApp's own. */
  noiseRoot?: string;
  /** PEM of a certificate trusted beside the usual ones. */
  certificate?: string;
}

/**
 * An engine's secrets as rows of its Session, sealed where they are kept. They outlive restarts and move with the
 * database. One engine at a time writes them (the Lease).
 */
export interface EngineKeys {
  /** Absent ones are left out. */
  read(kind: string, ids: readonly string[]): Promise<Map<string, string>>;
  /** All of it or nothing. */
  write(changes: readonly KeyChange[]): Promise<void>;
  /** Forgets what was written longer ago than `ageMs`. */
  prune(kind: string, ageMs: number): Promise<void>;
  clear(): Promise<void>;
}
export interface KeyChange {
  kind: string;
  /** At most 128 characters. */
  id: string;
  /** `null` takes the row away. */
  value: string | null;
}

/** What an engine may ask of the messages we have. */
export interface EngineKnowledge {
  find(messageId: string): Promise<KnownMessage | undefined>;
  /** Of one Chat, newest first, not later than `before` (ms). */
  newest(chat: Address, before: number | undefined, limit: number): Promise<KnownMessage[]>;
}
export interface KnownMessage {
  chat: Address;
  messageId: string;
  fromMe: boolean;
  /** The member who wrote it, in groups. */
  sender?: Address;
  type: string;
  body: string;
  /** Milliseconds. */
  at: number;
}

/** The part of a logger that engines use; satisfied by pino. */
export interface EngineLog {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export interface SendRequest {
  chat: Address;
  body: string;
  quotedMessageId?: string;
  clientId: string;
  media?: OutgoingMedia;
  /** Passes an existing message on as it is; `body` is then its text, for finding the echo. */
  forward?: MessageHandle;
  /** Addresses of the people named in the text as `@digits`. */
  mentions?: Address[];
  /** A poll in place of a text; `body` is its question, for finding the echo. */
  poll?: NewPoll;
  /** What the other side is shown of a page the text leads to. */
  link?: GivenLink;
  /** Ends the wait, not the send: what is under way then is `uncertain`. */
  signal: AbortSignal;
}

/** A file to be sent; `body` of the request is its caption. */
export interface OutgoingMedia {
  /** A file on this machine that the engine may read until the send is answered. */
  file: string;
  mime: string;
  size: number;
  fileName: string;
  as: 'image' | 'video' | 'voice' | 'audio' | 'document' | 'sticker';
}

export interface MediaRequest {
  message: MessageHandle;
  /** `MediaFacts.reference` as this engine gave it. */
  reference?: string;
  /** Where the bytes are to be written: a path in a folder that exists, where no file stands. */
  file: string;
  /** Bytes; more is `gone` with reason `too-large`. */
  largest: number;
  signal: AbortSignal;
}

/** `gone`: it will never be had. `later`: not now, ask again. */
export type MediaAnswer =
  | { kind: 'fetched'; mime: string; size: number; fileName?: string }
  | { kind: 'gone'; reason: string }
  | { kind: 'later'; reason: string };

export interface PictureRequest {
  /** A person, by a phone Address or a LID, or a group. */
  of: Address;
  /** Where the bytes are to be written: a path in a folder that exists, where no file stands. */
  file: string;
  /** Bytes; more is `none`. */
  largest: number;
  signal: AbortSignal;
}

/**
 * `none`: there is no picture, or we may not see it. `later`: not now; `too-many`: WhatsApp has been asked too much,
 * `unanswered`: it says nothing about this one.
 */
export type PictureAnswer =
  | { kind: 'fetched' }
  | { kind: 'none' }
  | { kind: 'later'; reason: 'not-connected' | 'too-many' | 'unanswered' | 'engine-error' };

export interface HistoryRequest {
  /** One Chat; without it the Chats of the phone, newest first. */
  chat?: Address;
  /** Messages older than this (ms); for one Chat only. */
  before?: number;
  /** Without `chat`: of Chats in which something happened later than this (ms), everything back to it. */
  since?: number;
  /** At most this many Chats (without `chat`) and messages per Chat; with `since`, 0 messages: only of the changed. */
  chats: number;
  messagesPerChat: number;
  signal: AbortSignal;
}

export interface EngineSession extends AsyncDisposable {
  /** Starts connecting. Never throws and does not wait; reports `session-state` events. Calling it again is harmless. */
  connect(): void;
  /** Never throws for network reasons. */
  send(request: SendRequest): Promise<Outcome>;
  /** Bounded pages of history events, contacts and chats included. Throws `EngineUnavailable` when it cannot go on to the end. */
  history?(request: HistoryRequest): AsyncIterable<EngineEvent[]>;
  /** The Address under which a number is reached, or undefined when it is not on WhatsApp. Throws `EngineUnavailable`. */
  findNumber?(digits: string, signal: AbortSignal): Promise<{ address: Address; lid?: Address } | undefined>;
  /** The same of up to 20 numbers; those that are not on WhatsApp are not in the answer. Throws `EngineUnavailable`. */
  findNumbers?(digits: readonly string[], signal: AbortSignal): Promise<FoundNumber[]>;
  /** Tells WhatsApp that the Agent has read the Chat. Best effort. */
  markRead?(chat: Address): Promise<void>;
  /** Best effort. */
  markUnread?(chat: Address): Promise<void>;
  /** Shown to the other side for a few seconds. Best effort. */
  typing?(chat: Address, what: 'typing' | 'recording' | 'paused'): Promise<void>;
  /** Writes a message's file. Never throws for network reasons. */
  fetchMedia?(request: MediaRequest): Promise<MediaAnswer>;
  /**
   * Writes the profile picture of a person or a group, as WhatsApp has it. It makes no Chat and leaves no trace at the
   * other side. Never throws for network reasons.
   */
  fetchPicture?(request: PictureRequest): Promise<PictureAnswer>;
  /** The verbs about a message; what they did comes back as events too. None throws for network reasons. */
  edit?(message: MessageHandle, body: string, signal: AbortSignal): Promise<VerbOutcome>;
  /** Takes one of our messages back for everyone. */
  revoke?(message: MessageHandle, signal: AbortSignal): Promise<VerbOutcome>;
  /** '' takes our reaction back. */
  react?(message: MessageHandle, emoji: string, signal: AbortSignal): Promise<VerbOutcome>;
  star?(message: MessageHandle, starred: boolean, signal: AbortSignal): Promise<VerbOutcome>;
  /** Chooses in a poll: exactly these of its options; none takes the choice back. */
  vote?(message: MessageHandle, options: readonly string[], signal: AbortSignal): Promise<VerbOutcome>;
  /** Comes into the group that a message invites to. Already there: done. */
  join?(invitation: MessageHandle, signal: AbortSignal): Promise<VerbOutcome>;
  /** The link by which anybody comes into a group; refused where we do not look after it. */
  inviteLink?(group: Address, signal: AbortSignal): Promise<InviteLinkOutcome>;
  pin?(chat: Address, pinned: boolean, signal: AbortSignal): Promise<VerbOutcome>;
  archive?(chat: Address, archived: boolean, signal: AbortSignal): Promise<VerbOutcome>;
  /** `until`: milliseconds; 0 = loud again. */
  mute?(chat: Address, until: number, signal: AbortSignal): Promise<VerbOutcome>;
  /** Blocks a person, by a phone Address or a LID, or lets them write again; what stands is told as events too. */
  block?(person: Address, blocked: boolean, signal: AbortSignal): Promise<VerbOutcome>;
  /** Asks for a pairing code in place of QR codes; the code arrives as a `session-state` report. */
  pair?(digits: string): Promise<void>;
  /**
   * A look at a live link from end to end: resolves when it answers, with what its processes take of memory (bytes) where
   * that can be told. Rejects when it does not answer.
   */
  probe?(signal: AbortSignal): Promise<{ memoryBytes?: number }>;
  /** Ends the link on WhatsApp's side and forgets the credentials. Resolves when the folder is empty. */
  unlink?(): Promise<void>;
  /** Stops everything this Session started (processes, sockets, timers) and keeps the credentials. Idempotent. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A number that is on WhatsApp, and under which Addresses. */
export interface FoundNumber {
  digits: string;
  address: Address;
  lid?: Address;
}

/** The engine cannot answer now (not connected, crashed, timed out). */
export class EngineUnavailable extends Error {
  override name = 'EngineUnavailable';
}
