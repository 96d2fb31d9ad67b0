import type { Address } from '../contract/address.ts';
import type { BackfillBounds, BackfillProgress, LinkSession } from '../contract/api.ts';
import type { VerbOutcome } from '../contract/outcome.ts';
import type { Pairing, SessionState } from '../contract/session-state.ts';
import type { EngineSession } from '../engine/engine.ts';
import type { SendLimits } from './send-guard.ts';
import { sendRules, type SendRules } from './send-rules.ts';
import type { Figures } from './figures.ts';

export { sendRules };
export type { SendLimits, SendRules };
export { noFigures, sumFigures, type Figures } from './figures.ts';

/** Whether WhatsApp was told that the device is unlinked; if not, the phone’s owner has to remove it from its list. */
export type Unlinked = 'told' | 'not-told' | 'not-linked';

/** One verb of an engine; undefined where it has none. */
export type Act = (session: EngineSession, signal: AbortSignal) => Promise<VerbOutcome> | undefined;

/** How a Session is at this moment, in the process that runs it; times in ms. */
export interface SessionHealth {
  state: SessionState;
  breaker: 'closed' | 'open' | 'half-open';
  /** In a row. */
  failures: number;
  /** Until when the breaker is open. */
  retryAt: number | undefined;
  /** Library and page. */
  engineVersion: string;
  /** Undefined while it is not connected. */
  connectedAt: number | undefined;
  lastAction: { what: string; at: number } | undefined;
  /** The last look at it, and how long its answer took. */
  lookedAt: number | undefined;
  roundTripMs: number | undefined;
  memoryBytes: number | undefined;
}

/** The verbs over Sessions that the edges call. The caller has checked that the Inbox is the Agent's. */
export interface Sessions extends AsyncDisposable {
  /** Starts the Session if need be and shows a QR code, or asks for a pairing code. Returns when that is under way. */
  link(inboxId: number, request: LinkSession): Promise<void>;
  /** The code to be shown now; undefined when there is none. */
  pairing(inboxId: number): Promise<Pairing | undefined>;
  /** Ends the live link and keeps the credentials. */
  stop(inboxId: number): Promise<void>;
  /**
   * Ends the live link and begins it afresh, as one act: serialised with start, stop and unlink, of which the last word
   * counts. Returns when it is under way. Problems: `not-linked`, `not-supported`, `conflict`.
   */
  restart(inboxId: number): Promise<void>;
  /** Unlinks the device on WhatsApp's side and forgets the credentials; the Inbox and its history stay. */
  unlink(inboxId: number): Promise<void>;
  /** Unlinks it and never starts it again: for a number that is taken out of use. May be repeated. */
  retire(inboxId: number): Promise<Unlinked>;
  /** What was retired may be linked again. */
  readmit(inboxId: number): void;
  /**
   * Another engine runs the Inbox from now on; its history stays. The Session rests until it is linked, and a link that
   * engine has kept from before still holds. Problems: `bad-request`, `not-supported`, `conflict`.
   */
  useEngine(inboxId: number, engine: string): Promise<void>;
  /** Problems: `session-not-working`, `not-supported`, `too-many-requests`. */
  findNumber(inboxId: number, digits: string): Promise<{ address: Address; lid?: Address } | undefined>;
  /** Whether these numbers are on WhatsApp, at most 20; those that are not known now are left out. */
  checkNumbers(inboxId: number, digits: readonly string[]): Promise<ReadonlyMap<string, boolean>>;
  /** Best effort, returns at once. */
  markRead(inboxId: number, chat: Address): void;
  /** Best effort, returns at once. */
  hint(inboxId: number, run: (session: EngineSession) => Promise<void> | undefined): void;
  /** Problems: `session-not-working`, `not-supported`, `refused-by-whatsapp`, `too-late`. */
  act(inboxId: number, run: Act): Promise<void>;
  /** Pulls older messages of a Chat from the phone beside the request: bounded, one at a time; false when one is under way. */
  backfill(inboxId: number, chat: Address, before: number | undefined): boolean;
  /** The history of the whole Inbox, newest Chats first, beside everything else; goes on after a restart. */
  startBackfill(inboxId: number, bounds: BackfillBounds): Promise<void>;
  stopBackfill(inboxId: number): Promise<void>;
  backfillProgress(inboxId: number): Promise<BackfillProgress>;
  /** Of the Inboxes that ran in this process; undefined: it did not. */
  health(inboxId: number): SessionHealth | undefined;
  figures(): ReadonlyMap<number, Figures>;
  /** What the number may send, and what of it is used. */
  limits(inboxId: number): Promise<SendLimits>;
  setLimits(inboxId: number, rules: SendRules): Promise<void>;
  /** For the deliverer: the Session when it can send now and its minute is not full. */
  sender(inboxId: number): EngineSession | undefined;
  /** The Session when it can send now. */
  live(inboxId: number): EngineSession | undefined;
}
