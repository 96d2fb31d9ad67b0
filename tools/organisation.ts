import { openDatabase, transact, type Database } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { isUniqueViolation } from '../db/portable.ts';
import { findOrganisation } from '../db/query/organisation.ts';
import { writeSetting } from '../db/query/setting.ts';
import { Audit, createOrganisation, limitOf, limitSettings } from '../server/access/index.ts';
import { systemClock } from '../server/clock.ts';
import { readConfig } from '../server/config.ts';
import { readCommandLine } from './command-line.ts';

const help = `Organisations of this installation, for its operator.

  npm run organisation -- create --name "Acme" --email admin@acme.example [--agents 10] [--inboxes 2]
  npm run organisation -- list
  npm run organisation -- limit --id 2 [--agents 10|none] [--inboxes 2|none]
  npm run organisation -- audit --id 2      whether its audit log is whole, and the hash to keep a copy of
`;

const { positionals, values } = readCommandLine(
  {
    allowPositionals: true,
    options: {
      id: { type: 'string' },
      name: { type: 'string' },
      email: { type: 'string' },
      agents: { type: 'string' },
      inboxes: { type: 'string' },
    },
  },
  help,
);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

class Refused extends Error {}

async function known(db: Database): Promise<number> {
  const id = Number(values.id);
  if (!Number.isSafeInteger(id) || !(await findOrganisation(db, id)))
    throw new Refused('Which one? --id <number>');
  return id;
}

async function setLimits(db: Database, organisationId: number): Promise<void> {
  for (const what of ['agents', 'inboxes'] as const) {
    const wanted = values[what];
    if (wanted === undefined) continue;
    if (!/^(\d{1,9}|none)$/.test(wanted)) throw new Refused(`--${what} <number>|none`);
    await transact(db, (tx) => writeSetting(tx, organisationId, limitSettings[what], wanted));
    await new Audit({ db, clock: systemClock }).record({
      organisationId,
      actor: 'operator',
      act: 'limit.change',
      subject: what,
      detail: wanted,
    });
  }
}

async function run(db: Database): Promise<void> {
  switch (positionals[0]) {
    case 'create': {
      const { name, email } = values;
      if (!name?.trim() || !email || !/^\S+@\S+\.\S+$/.test(email)) throw new Refused(help);
      const made = await createOrganisation({
        db,
        clock: systemClock,
        name: name.trim().slice(0, 120),
        adminEmail: email,
      });
      await new Audit({ db, clock: systemClock }).record({
        organisationId: made.organisationId,
        actor: 'operator',
        act: 'organisation.create',
        subject: made.admin.email,
      });
      await setLimits(db, made.organisationId);
      say(`Organisation ${made.organisationId}: ${name}`);
      say(`Sign in as   ${made.admin.email}`);
      say(`Password     ${made.admin.password}   (shown this once: change it after signing in)`);
      return;
    }
    case 'list': {
      for (const row of await db.selectFrom('organisation').selectAll().orderBy('id').execute()) {
        const [agents, inboxes] = [await limitOf(db, row.id, 'agents'), await limitOf(db, row.id, 'inboxes')];
        say(`${row.id}\t${row.name}\tagents ${agents ?? 'no limit'}\tinboxes ${inboxes ?? 'no limit'}`);
      }
      return;
    }
    case 'limit':
      return setLimits(db, await known(db));
    case 'audit': {
      const { whole, entries, brokenAt, head } = await new Audit({ db, clock: systemClock }).check(
        await known(db),
      );
      say(whole ? `whole: ${entries} entries, head ${head}` : `BROKEN at entry ${brokenAt}`);
      if (!whole) process.exitCode = 1;
      return;
    }
    default:
      say(help);
  }
}

const db = openDatabase(readConfig(process.env).databaseUrl);
try {
  await migrate(db);
  await run(db);
} catch (error) {
  const text = isUniqueViolation(error)
    ? 'This e-mail is taken'
    : error instanceof Refused
      ? error.message
      : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
} finally {
  await db.destroy();
}
