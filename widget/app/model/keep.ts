import type { ReadonlySignal } from '@preact/signals';
import type { Member } from '../link/talk-api.ts';
import type { Entry } from './entry.ts';
import type { Outgoing, OutgoingFile } from './outbox.ts';

/** A file as it is kept: without what only the page on the screen needs. */
export type KeptFile = Omit<OutgoingFile, 'progress'>;

/** An unsent Message as it is kept and as tabs tell it each other. */
export interface KeptOutgoing extends Omit<Outgoing, 'extras'> {
  extras: Omit<Outgoing['extras'], 'file'> & { file?: KeptFile };
  /** When it was first found to be older than anything is kept, ms since 1970. */
  foundOldAt?: number;
}

/** What is half written in one Chat. */
export interface KeptDraft {
  chatId: number;
  /** When it was changed last, ms since 1970. */
  at: number;
  text: string;
  /** The internal note being written. */
  note: string;
  /** What is being answered. */
  reply: Entry | null;
  /** People picked for `@`. */
  picked: Member[];
  /** What the files chosen are to be called; drafts kept before 2026-11-21 have none. */
  caption?: string;
}

/** Files chosen for one Chat and not sent yet. */
export interface KeptFiles {
  chatId: number;
  /** ms since 1970. */
  at: number;
  files: KeptFile[];
}

/** `off`: the page has no storage, or it is forbidden. `full`: there is no room for more. */
export type KeepTrouble = 'off' | 'full';

/** A place that survives the tab: for unsent Messages and drafts of one Agent on one machine. Nothing rejects. */
export interface Keep {
  /** Why what is unsent now lives only as long as this tab; `null`: it is kept. */
  readonly trouble: ReadonlySignal<KeepTrouble | null>;
  read(): Promise<{ outgoing: KeptOutgoing[]; drafts: KeptDraft[]; files: KeptFiles[] }>;
  putOutgoing(one: KeptOutgoing): void;
  dropOutgoing(clientId: string): void;
  /** An empty draft is taken out. */
  putDraft(draft: KeptDraft): void;
  /** None: what was kept for the Chat is taken out. */
  putFiles(files: KeptFiles): void;
  /** Forgets everything of this Agent. Resolves when it is gone. */
  clear(): Promise<void>;
  /** Resolves when everything said so far has been written, or has failed. */
  settled(): Promise<void>;
}

export function isEmpty({ text, note, reply, caption }: KeptDraft): boolean {
  return !text && !note && !reply && !caption;
}

/** Unsent ones older than this, ms, are not sent by themselves: somebody has to look at them first. */
export const staleAfter = 24 * 3_600_000;
/** Nothing is kept longer, ms. */
export const keptFor = 30 * 24 * 3_600_000;
/**
 * What is kept on of an unsent one. However old it looks, it is shown once more before it goes: the clock it was written by
 * may have stood wrong.
 */
export function keptOn(one: KeptOutgoing, now: number): KeptOutgoing | undefined {
  if (now - one.at < keptFor) return one;
  if (one.foundOldAt === undefined) return { ...one, foundOldAt: now };
  return now - one.foundOldAt < keptFor ? one : undefined;
}

/** As many unsent Messages, as many drafts, and files of as many Chats. */
export const mostKept = 200;
/** Bytes of files kept in all. */
export const mostBytes = 200 * 1024 * 1024;
