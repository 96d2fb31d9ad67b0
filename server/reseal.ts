import { setImmediate as breath } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { createSeal, embedKeyPlace, sealedBy, totpPlace, type SealPlace } from './access/index.ts';
import { settingPlace } from './http/routes/espo-actions.ts';
import type { Log } from './log.ts';
import { secretPlace as endpointPlace } from './outgoing-webhook/request.ts';
import { archivePlace } from './session/archive/stored.ts';
import { rowPlace } from './session/engine-keys.ts';
import { secretPlace as webhookPlace } from './webhook/secrets.ts';

/** A column with sealed texts. */
interface Drawer {
  table: string;
  columns: readonly string[];
  /** What tells its rows apart. */
  ids: readonly string[];
  /** The row that says whose they are; without it they say so themselves. */
  owner?: { table: 'inbox' | 'agent'; by: string };
  /** Not all of its rows are sealed. */
  only?: { column: string; is: string };
  place(row: Row): SealPlace;
}
/** Read by name: the list below is the only one who knows which columns there are. */
type Row = Record<string, string | number | null> & { organisation_id: number };

const text = (row: Row, column: string): string => String(row[column]);
const ofInbox = { table: 'inbox', by: 'inbox_id' } as const;

/** Every column of the database that the house's seal closes; a test compares it with the places that rooms seal for. */
export const drawers: readonly Drawer[] = [
  {
    table: 'session_key',
    columns: ['sealed'],
    ids: ['inbox_id', 'kind', 'id'],
    owner: ofInbox,
    place: (row) =>
      rowPlace(Number(row['inbox_id']), text(row, 'kind'), text(row, 'id'), row.organisation_id),
  },
  {
    table: 'session_archive',
    columns: ['sealed'],
    ids: ['inbox_id', 'generation'],
    owner: ofInbox,
    place: (row) => archivePlace(Number(row['inbox_id']), Number(row['generation']), row.organisation_id),
  },
  {
    table: 'webhook',
    columns: ['secret', 'previous_secret'],
    ids: ['id'],
    owner: ofInbox,
    place: (row) =>
      webhookPlace({
        dialect: text(row, 'dialect'),
        session: text(row, 'session'),
        organisation_id: row.organisation_id,
      }),
  },
  {
    table: 'endpoint',
    columns: ['secret', 'previous_secret'],
    ids: ['id'],
    place: (row) => endpointPlace({ id: Number(row['id']), organisation_id: row.organisation_id }),
  },
  {
    table: 'setting',
    columns: ['value'],
    ids: ['organisation_id', 'name'],
    only: { column: 'name', is: 'whatsappApiKey' },
    place: (row) => settingPlace(row.organisation_id, text(row, 'name')),
  },
  {
    table: 'embed_key',
    columns: ['material'],
    ids: ['id'],
    only: { column: 'algorithm', is: 'HS256' },
    place: (row) => embedKeyPlace(text(row, 'kid'), row.organisation_id),
  },
  {
    table: 'agent_totp',
    columns: ['sealed'],
    ids: ['agent_id'],
    owner: { table: 'agent', by: 'agent_id' },
    place: (row) => totpPlace({ id: Number(row['agent_id']), organisation_id: row.organisation_id }),
  },
];

export interface Resealed {
  sealed: number;
  /** With a key that is not here, or changed: left as they are. */
  unreadable: number;
}
export interface ResealOptions {
  db: Database;
  /** The newest first. */
  keys: readonly [Uint8Array, ...Uint8Array[]];
  signal?: AbortSignal;
  /** Rows read at once. */
  batch?: number;
}

/**
 * Seals everything anew that is not sealed with the newest key; what is done is seen by the text itself, so it goes on
 * where it was ended, and several may do it at once. A secret that was replaced meanwhile stays as it is.
 */
export async function resealAll(options: ResealOptions): Promise<Resealed> {
  const told: Resealed = { sealed: 0, unreadable: 0 };
  for (const drawer of drawers)
    for (const column of drawer.columns) await resealColumn(options, drawer, column, told);
  return told;
}

async function resealColumn(
  { db, keys, signal, batch = 100 }: ResealOptions,
  drawer: Drawer,
  column: string,
  told: Resealed,
): Promise<void> {
  const seal = createSeal(keys);
  const { table, ids, owner, only } = drawer;
  const of = (name: string) => sql.ref(`t.${name}`);
  const join = owner ? sql`inner join ${sql.table(owner.table)} as o on o.id = ${of(owner.by)}` : sql``;
  const organisation = owner ? sql`, o.organisation_id as organisation_id` : sql``;
  const some = only ? sql`and ${of(only.column)} = ${only.is}` : sql``;
  let passed = 0;
  for (;;) {
    if (signal?.aborted) break;
    const { rows } = await sql<Row>`select t.* ${organisation} from ${sql.table(table)} as t ${join}
      where ${of(column)} is not null and ${of(column)} not like ${`${sealedBy(keys[0])}%`} ${some}
      order by ${sql.join(ids.map(of))} limit ${sql.lit(batch)} offset ${sql.lit(passed)}`.execute(db);
    for (const row of rows) {
      const old = text(row, column);
      const place = drawer.place(row);
      let fresh: string;
      try {
        fresh = seal.seal(seal.open(old, place), place);
      } catch {
        passed += 1;
        continue;
      }
      const same = ids.map((id) => sql`and ${sql.ref(id)} = ${row[id]}`);
      await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${fresh}
        where ${sql.ref(column)} = ${old} ${sql.join(same, sql` `)}`.execute(db);
      told.sealed += 1;
    }
    if (rows.length < batch) break;
    await breath();
  }
  told.unreadable += passed;
}

/** {@link resealAll} beside everything else, from its making to its end. */
export class Resealing implements AsyncDisposable {
  #end = new AbortController();
  #done: Promise<void>;

  constructor({ log, ...options }: Omit<ResealOptions, 'signal'> & { log: Log }) {
    this.#done = resealAll({ ...options, signal: this.#end.signal }).then(
      ({ sealed, unreadable }) => {
        const end = this.#end.signal.aborted ? 'goes on with the next start' : 'is done';
        if (unreadable > 0)
          log.warn({ sealed, unreadable }, 'some secrets are sealed with a key that is not here');
        else log.info({ sealed }, `sealing anew with the newest key ${end}`);
      },
      (error: unknown) => log.warn({ err: error }, 'sealing anew goes on with the next start'),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#done;
  }
}
