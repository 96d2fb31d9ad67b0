import type { MessageHandle } from '../contract/content.ts';
import type { EngineEvent } from '../contract/engine-event.ts';

/** Which Session of the foreign server a delivery is about, in that server's own words. */
export interface SessionRef {
  session: string;
}

export type DialectHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The file of a message whose bytes came with the delivery. They go past the message, never into it. */
export interface InlineFile {
  message: MessageHandle;
  bytes: Uint8Array;
  /** As claimed by the source; '' when not told. */
  mime: string;
  name: string;
}

/** The port of a foreign webhook format: one folder under `server/webhook/` (or an engine's), whose index exports `dialect`. */
export interface WebhookDialect {
  /** The folder's name and the path segment in `/webhook/<name>/<session>`. */
  name: string;
  /** Answer to a GET that proves the address, for formats that have one. */
  handshake?(query: URLSearchParams, secret: string): string | undefined;
  /** On the raw bytes, in constant time. Never throws. */
  verify(raw: Uint8Array, headers: DialectHeaders, secret: string): boolean;
  /** Whether a parsed body is of this dialect at all: used at the seed's address, which serves both. */
  matches(body: unknown): boolean;
  /** Reads the session name; `undefined` if the body has none. */
  route(body: unknown): SessionRef | undefined;
  /**
   * Pure. Unknown kinds become `[]`. Throws nothing: what cannot be read is left out.
   * `session-state` events are given with what the format tells. `receivedAt` (ms) dates what the format does not.
   */
  decode(body: unknown, receivedAt?: number): EngineEvent[];
  /**
   * The bytes a delivery carries, for formats that send files along. Pure, throws nothing. `decode` of the same body
   * tells their messages.
   */
  files?(body: unknown): InlineFile[];
  /**
   * The proof stands in the headers alone: `verify` says the same of any bytes. Only such a delivery may be longer than
   * others, since it is known who sends it before its bytes are read.
   */
  provesByHeaders?: boolean;
}
