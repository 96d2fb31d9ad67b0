import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase, type Database } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { findInboxRow } from '../../db/query/inbox.ts';
import { Audit, createSeal, provision, readSealKeys } from '../../server/access/index.ts';
import { systemClock } from '../../server/clock.ts';
import { readConfig } from '../../server/config.ts';
import { loadEngines } from '../../server/engine/load.ts';
import { resealAll } from '../../server/reseal.ts';
import { backup, restore, type BackupParts } from '../../server/session/archive/backup.ts';
import type { Lock } from '../../server/session/archive/backup-file.ts';

// Commands for the operator, on the server's machine and with its settings: they read the database and the data folder.

export const usage = `npm run session -- backup --inbox <id or name> --to <file> [--server-key]
npm run session -- restore --from <file> [--inbox <id or name>] [--organisation <id>] [--server-key]
npm run session -- reseal

  backup    writes the link of a number (no history) into a sealed file; the session may run
  restore   puts it in place: of this inbox, else of the inbox with its number, else of a new one. The session must rest;
            it starts with the server, without a code. Never let one link run in two places
  reseal    seals every secret anew with the newest key of CHATDOCK_SECRET_KEY (newest first, by comma); says when the
            others can go

The file is sealed with a passphrase (CHATDOCK_BACKUP_PASSPHRASE, or asked for), or with --server-key by the server's own
key: then it opens only where that key is.
`;

const commands = ['backup', 'restore', 'reseal'] as const;
type Command = (typeof commands)[number];

/** Whether the command line asks for one of these, and not for a number's session. */
export function asksToKeep(args: readonly string[]): args is readonly [Command, ...string[]] {
  return commands.some((command) => command === args[0]);
}

const shortest = 12;

/** Rejects with an Error whose message is for the person. */
export async function keep(
  args: readonly [Command, ...string[]],
  environment: Record<string, string | undefined>,
  ask: (question: string) => Promise<string>,
  say: (text: string) => void,
): Promise<void> {
  const [command, ...rest] = args;
  const { values } = parseArgs({
    args: rest,
    options: {
      inbox: { type: 'string' },
      organisation: { type: 'string' },
      to: { type: 'string' },
      from: { type: 'string' },
      'server-key': { type: 'boolean' },
    },
  });
  const config = readConfig(environment);
  const dataFolder = resolve(config.dataFolder);
  const db = openDatabase(config.databaseUrl);
  try {
    await migrate(db);
    const keys = readSealKeys({ secretKey: config.secretKey, dataFolder });
    const seal = createSeal(keys);
    if (command === 'reseal') return await sealAnew(db, keys, say);
    const engines = await loadEngines();
    // Of what was sealed it may hold more than of what is kept in the database.
    const largest = Math.max(4 * config.archive.largest, 1_000_000_000);
    const parts: BackupParts = { db, clock: systemClock, seal, engines, dataFolder, largest };
    const audit = new Audit({ db, clock: systemClock });
    const lock = async (): Promise<Lock> => {
      if (values['server-key']) return { kind: 'server', seal };
      const passphrase = environment['CHATDOCK_BACKUP_PASSPHRASE'] || (await ask('Passphrase of the file: '));
      if (command === 'backup' && passphrase.length < shortest)
        throw new Error(`The passphrase must have ${shortest} characters or more`);
      return { kind: 'passphrase', passphrase };
    };
    if (command === 'backup') {
      if (!values.to || !values.inbox) throw new Error(usage);
      const inbox = await findInbox(db, values.inbox, values.organisation);
      const told = await backup(parts, inbox.id, resolve(values.to), await lock());
      const act = { organisationId: inbox.organisationId, actor: 'operator', act: 'session.backup' } as const;
      await audit.record({ ...act, subject: `inbox:${inbox.id}`, detail: told.engine });
      say(
        `${inbox.name} (inbox ${inbox.id}, ${told.engine}): ${told.rows} rows, ${told.files} files → ${values.to}`,
      );
      return;
    }
    if (!values.from) throw new Error(usage);
    const organisation = async (): Promise<number> => {
      const made = await provision({ db, clock: systemClock, config });
      if (made.admin)
        say(`The first organisation was made. Sign in as ${made.admin.email} with ${made.admin.password}`);
      return organisationOf(db, values.organisation, made.organisationId);
    };
    const inbox = values.inbox ? await findInbox(db, values.inbox, values.organisation) : undefined;
    const into = inbox ? { inboxId: inbox.id } : { organisation };
    const told = await restore(parts, resolve(values.from), await lock(), into);
    const organisationId = (await findInboxRow(db, told.inboxId))?.organisation_id ?? 0;
    const act = { organisationId, actor: 'operator', act: 'session.restore' } as const;
    await audit.record({ ...act, subject: `inbox:${told.inboxId}`, detail: told.engine });
    say(
      `Restored into inbox ${told.inboxId}${told.isNew ? ' (new)' : ''}: ${told.engine}, ${told.rows} rows, ${told.files} files.`,
    );
    say('It starts with the server; where one runs already, ask it to link: no code will be needed.');
  } finally {
    await db.destroy();
  }
}

async function sealAnew(
  db: Database,
  keys: Parameters<typeof createSeal>[0],
  say: (text: string) => void,
): Promise<void> {
  const told = await resealAll({ db, keys });
  say(`${told.sealed} secrets sealed anew, ${told.unreadable} cannot be opened with the keys that are here.`);
  if (told.unreadable > 0)
    throw new Error('Keep the old keys: something is sealed with one that is not here.');
  say('Everything is sealed with the newest key; the others can go.');
}

async function findInbox(
  db: Database,
  text: string,
  organisation: string | undefined,
): Promise<{ id: number; name: string; organisationId: number }> {
  const rows = await db
    .selectFrom('inbox')
    .select(['id', 'name', 'organisation_id as organisationId'])
    .execute();
  const own = rows.filter((row) => organisation === undefined || String(row.organisationId) === organisation);
  const named = own.filter(
    ({ id, name }) => String(id) === text || name.toLowerCase() === text.toLowerCase(),
  );
  const found = named.find(({ id }) => String(id) === text) ?? (named.length === 1 ? named[0] : undefined);
  if (found) return found;
  const list = own.map(({ id, name, organisationId }) => `  ${id}  ${name} (organisation ${organisationId})`);
  throw new Error(`Which inbox?\n${list.join('\n') || '  There is none.'}`);
}

async function organisationOf(db: Database, wish: string | undefined, first: number): Promise<number> {
  if (wish === undefined) return first;
  const id = Number(wish);
  const row = await db.selectFrom('organisation').select('id').where('id', '=', id).executeTakeFirst();
  if (!row) throw new Error(`There is no organisation ${wish}`);
  return id;
}
