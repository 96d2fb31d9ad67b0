import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { transact, type Database } from '../../../db/database.ts';
import { findInboxRow, findSessionRow, insertInbox, updateSessionRow } from '../../../db/query/inbox.ts';
import { releaseLease, takeLease } from '../../../db/query/lease.ts';
import { clearArchive, findArchive } from '../../../db/query/session-archive.ts';
import { listSessionKeys, writeSessionKeys } from '../../../db/query/session-key.ts';
import type { Clock } from '../../clock.ts';
import type { Engine } from '../../engine/engine.ts';
import { rowPlace, type KeySeal } from '../engine-keys.ts';
import { leaseMs } from '../lease-keeper.ts';
import { readBackupFile, writeBackupFile, type Lock } from './backup-file.ts';
import { ArchiveBroken } from './broken.ts';
import type { About, Entry } from './entries.ts';
import { ComingFolder, copyAside, entriesOf, hasKept, removeFolder } from './folder.ts';
import { readArchive } from './stored.ts';

export interface BackupParts {
  db: Database;
  clock: Clock;
  seal: KeySeal;
  engines: ReadonlyMap<string, Engine>;
  dataFolder: string;
  /** Bytes, unpacked. */
  largest: number;
}

export interface BackedUp {
  engine: string;
  /** Our number's Address, as far as it is known. */
  me: string | null;
  files: number;
  rows: number;
}

/**
 * Writes the link of an Inbox (the engine's files and rows, not its history) into a sealed file. The Session may run.
 * Throws {@link ArchiveBroken}.
 */
export async function backup(
  parts: BackupParts,
  inboxId: number,
  file: string,
  lock: Lock,
): Promise<BackedUp> {
  const { db, clock, seal, engines, dataFolder, largest } = parts;
  const inbox = await findInboxRow(db, inboxId);
  const session = await findSessionRow(db, inboxId);
  if (!inbox || !session) throw new ArchiveBroken('no-such-inbox', String(inboxId));
  const organisationId = inbox.organisation_id;
  const about: About = {
    kind: 'about',
    engine: session.engine,
    upstream: session.upstream,
    inbox: inbox.name,
    me: session.me_address,
    meName: session.me_name,
    caughtUpAt: session.caught_up_at,
    at: clock.now(),
    size: 0,
  };
  const keeps = engines.get(session.engine)?.keepsFile?.bind(engines.get(session.engine));
  const directory = directoryOf(dataFolder, inboxId);
  const aside = `${directory}.backup`;
  const rows = await listSessionKeys(db, inboxId);
  const told: BackedUp = { engine: session.engine, me: session.me_address, files: 0, rows: rows.length };

  async function* files(): AsyncGenerator<Entry> {
    if (!keeps) return;
    if (await hasKept(directory, keeps))
      return yield* entriesOf(await copyAside(directory, keeps, { clock, largest }, aside));
    // It ran on another machine last.
    const archive = await findArchive(db, inboxId);
    if (archive?.engine === session?.engine && archive)
      yield* readArchive({ ...parts, organisationId }, archive);
  }
  async function* all(): AsyncGenerator<Entry> {
    yield { head: about, body: one() };
    for (const { kind, id, sealed } of rows) {
      const value = Buffer.from(seal.open(sealed, rowPlace(inboxId, kind, id, organisationId)));
      yield { head: { kind: 'row', of: kind, id, size: value.length }, body: one(value) };
    }
    for await (const entry of files()) {
      told.files += 1;
      yield entry;
    }
    if (told.files + rows.length === 0)
      throw new ArchiveBroken('nothing-linked', 'this number has no link to keep');
  }
  try {
    await writeBackupFile(file, lock, all());
  } finally {
    await removeFolder(aside);
  }
  return told;
}

/** This Inbox, or whichever there is, or is made, for the number. */
export type Into = { inboxId: number } | { organisation(): Promise<number> };

export interface Restored extends BackedUp {
  inboxId: number;
  /** The Inbox was made for it. */
  isNew: boolean;
}

/**
 * Puts the link of a file in place: into `inboxId`, else into the Inbox of that number in the Organisation, else into a new
 * one. The file is read to its end first: what is broken changes nothing. The Session starts with the next start of the
 * server, or when it is asked to link. Throws {@link ArchiveBroken}.
 */
export async function restore(parts: BackupParts, file: string, lock: Lock, into: Into): Promise<Restored> {
  const { db, clock, engines, dataFolder, largest } = parts;
  await mkdir(join(dataFolder, 'sessions'), { recursive: true, mode: 0o700 });
  const coming = join(dataFolder, 'sessions', `restore-${randomUUID()}`);
  let about: About | undefined;
  const keeps = (path: string): boolean => engines.get(about?.engine ?? '')?.keepsFile?.(path) ?? false;
  await using folder = await ComingFolder.make(coming, keeps);
  const rows: { kind: string; id: string; value: string }[] = [];
  for await (const { head, body } of readBackupFile(file, lock, largest)) {
    if (head.kind === 'about' && !about) about = head;
    else if (!about || head.kind === 'about')
      throw new ArchiveBroken('archive-unknown', 'it does not say whose it is');
    else if (head.kind === 'file') await folder.add(head.path, body);
    else rows.push({ kind: head.of, id: head.id, value: await textOf(body) });
  }
  if (!about || !engines.has(about.engine))
    throw new ArchiveBroken('archive-unknown', 'its engine is not here');

  const { inboxId, isNew } = await inboxOf(parts, about, into);
  const now = clock.now();
  const owner = `restore-${randomUUID()}`;
  const lease = await takeLease(db, { inboxId, owner, now, until: now + leaseMs, alone: false });
  if (!lease) throw new ArchiveBroken('session-runs', 'stop it first; after a crash wait 45 seconds');
  try {
    await placeRows(parts, lease, rows);
    await clearArchive(db, inboxId);
    if (folder.files > 0) await folder.settle(directoryOf(dataFolder, inboxId));
    const row = await findSessionRow(db, inboxId);
    await updateSessionRow(db, inboxId, {
      engine: about.engine,
      me_address: about.me,
      me_name: about.meName,
      caught_up_at: Math.max(row?.caught_up_at ?? 0, about.caughtUpAt),
      wanted: 1,
      state: 'stopped',
      code: 'none',
      action: 'retry',
      pairing: null,
      home: null,
      failures: 0,
      restarts: 0,
      retry_at: 0,
    });
  } finally {
    await releaseLease(db, lease);
  }
  return { inboxId, isNew, engine: about.engine, me: about.me, files: folder.files, rows: rows.length };
}

async function placeRows(
  { db, clock, seal }: BackupParts,
  lease: Parameters<typeof writeSessionKeys>[1],
  rows: readonly { kind: string; id: string; value: string }[],
): Promise<void> {
  const { inboxId } = lease;
  const organisationId = (await findInboxRow(db, inboxId))?.organisation_id ?? 0;
  const old = await listSessionKeys(db, inboxId);
  const changes = [
    ...old.map(({ kind, id }) => ({ kind, id, sealed: null })),
    ...rows.map(({ kind, id, value }) => ({
      kind,
      id,
      sealed: seal.seal(value, rowPlace(inboxId, kind, id, organisationId)),
    })),
  ];
  await writeSessionKeys(db, lease, changes, clock.now());
}

async function inboxOf(
  { db, clock }: BackupParts,
  about: About,
  into: Into,
): Promise<{ inboxId: number; isNew: boolean }> {
  if ('inboxId' in into) {
    const { inboxId } = into;
    if (!(await findSessionRow(db, inboxId))) throw new ArchiveBroken('no-such-inbox', String(inboxId));
    return { inboxId, isNew: false };
  }
  const organisationId = await into.organisation();
  const known = await db
    .selectFrom('session')
    .innerJoin('inbox', 'inbox.id', 'session.inbox_id')
    .select('inbox.id')
    .where('inbox.organisation_id', '=', organisationId)
    .where('session.me_address', '=', about.me ?? '')
    .executeTakeFirst();
  if (known) return { inboxId: known.id, isNew: false };
  const { inbox: name, engine, upstream } = about;
  const row = { organisationId, name, engine, upstream, at: clock.now() };
  return { inboxId: await transact(db, (tx) => insertInbox(tx, row)), isNew: true };
}

const directoryOf = (dataFolder: string, inboxId: number): string =>
  join(dataFolder, 'sessions', String(inboxId));

async function* one(value?: Buffer): AsyncGenerator<Buffer> {
  if (value?.length) yield value;
}
async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
