import type { EngineEvent } from '../contract/engine-event.ts';

/** Which Session of the foreign server a delivery is about, in that server's own words. */
export interface SessionRef {
  session: string;
}

export type DialectHeaders = Readonly<Record<string, string | string[] | undefined>>;

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
   * `session-state` events are given with what the format tells.
   */
  decode(body: unknown): EngineEvent[];
}
