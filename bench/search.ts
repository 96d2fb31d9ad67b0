import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery, sql } from 'kysely';
import { pino } from 'pino';
import { openDatabase, type Database } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { insertInbox } from '../db/query/inbox.ts';
import { MemoryBus } from '../server/bus/memory.ts';
import { dialectOf } from '../db/portable.ts';
import { startMariaDb } from '../db/testing-mariadb.ts';
import { createChatRoom } from '../server/chat/index.ts';
import { indexAll } from '../server/chat/search/index.ts';
import { systemClock } from '../server/clock.ts';
import { noCapabilities } from '../server/contract/capability.ts';
import { emptyDatabase } from './house.ts';
import {
  cpuOf,
  median,
  millis,
  percentile,
  perSecond,
  watchForeignCpu,
  type BenchResult,
  type Line,
} from './measure.ts';

const messages = Number(process.env['CHATDOCK_BENCH_MESSAGES'] ?? 1_000_000);
/** `SQLite` or `MariaDB`; both unless said otherwise. */
const only = process.env['CHATDOCK_BENCH_DATABASE'];
const chats = 20_000;
const seconds = 2;
const goalMs = 50;
const scope = { organisationId: 1, agentId: 1 };

/** Chats, Contacts, Messages and notes for what was typed, on both databases, beside `body like '%…%'` on the same rows. */
export async function benchSearch(): Promise<BenchResult> {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'chatdock-bench-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const mariadb = parts.use(await startMariaDb({ memory: '1G' }));
  const lines: Line[] = [];
  const foreign: number[] = [];
  for (const [name, url, pids] of [
    ['SQLite', `sqlite:${join(folder, 'search.db')}`, []],
    ['MariaDB', await emptyDatabase(mariadb), [mariadb.process.pid!]],
  ] as const) {
    if (only && only !== name) continue;
    const measured = await measure(name, url, [process.pid, ...pids]);
    lines.push({ what: name, limit: '', rival: '', product: '', ratio: '', goal: '' }, ...measured.lines);
    foreign.push(measured.foreignCpu);
  }
  return { lines, foreignCpu: Math.max(0, ...foreign) };
}

async function measure(name: string, url: string, pids: number[]): Promise<BenchResult> {
  await using parts = new AsyncDisposableStack();
  const filling = openDatabase(url, { connections: 1 });
  await migrate(filling);
  const seeding = performance.now();
  const inboxId = await seed(filling);
  const seeded = performance.now() - seeding;
  await filling.destroy();
  const db = openDatabase(url, { connections: 4 });
  parts.defer(() => db.destroy());

  // A long history is indexed once; InnoDB makes the lists of a million rows at once in a fraction of the time.
  const isMysql = name === 'MariaDB';
  if (isMysql) {
    await sql`drop index message_text_words on message_text`.execute(db);
    await sql`set global innodb_flush_log_at_trx_commit = 0`.execute(db);
  } else await sql`pragma synchronous = off`.execute(db);
  const indexing = performance.now();
  await indexAll(db);
  if (isMysql) {
    await sql`create fulltext index message_text_words on message_text (words)`.execute(db);
    await sql`analyze table message_text, message, chat, contact`.execute(db);
  }
  const indexed = (messages / (performance.now() - indexing)) * 1_000;
  console.log(`  ${name}: seeded in ${Math.round(seeded / 1_000)} s, indexed at ${perSecond(indexed)}`);

  const bus = parts.use(new MemoryBus());
  const room = parts.use(
    createChatRoom({
      db,
      bus,
      clock: systemClock,
      log: pino({ level: 'silent' }),
      capabilitiesOf: () => noCapabilities,
    }),
  );
  const foreign = watchForeignCpu(() => pids);
  const { list } = await room.listChats(scope, inboxId, { limit: 1 });
  const inChat = { chatId: list[0]!.id };
  const cases: [string, string[], object][] = [
    ['a word of every third message', [word(0), word(1), word(2)], {}],
    ['a word of one in a thousand', [word(300), word(411), word(502)], {}],
    ['a word of a handful', [word(vocabulary - 9), word(vocabulary - 77), word(vocabulary - 500)], {}],
    ['two and three letters', [word(9).slice(0, 2), word(40).slice(0, 3), word(900).slice(0, 2)], {}],
    ['two words, seldom together', [`${word(200)} ${word(900)}`, `${word(50)} ${word(3_000)}`], {}],
    ['a frequent and a rare one', [`${word(0)} ${word(vocabulary - 9)}`], {}],
    ['what nobody has said', ['xylophonquark', `${word(1)} xylophonquark`], {}],
    ['a telephone number', ['+39 333 123', '3331777', '39333 19999'], {}],
    ['in one chat', [word(1), word(300), word(9).slice(0, 2)], inChat],
  ];
  const lines: Line[] = [];
  for (const [what, typed, place] of cases) {
    const rival = await time(typed.slice(0, 2), 0, 2, (text) => like(db, inboxId, text, place));
    for (const text of typed) await room.search(scope, { text, ...place });
    const before = cpuOf(pids);
    const product = await time(typed, seconds, 5, (text) => room.search(scope, { text, ...place }));
    const cpu = (cpuOf(pids) - before) / product.length;
    const [p50, p99] = [median(product), percentile(product, 99)];
    lines.push({
      what: `  ${what}, p50 / p99; CPU`,
      limit: '',
      rival: millis(median(rival)),
      product: `${millis(p50)} / ${millis(p99)}; ${millis(cpu / 1_000)}`,
      ratio: `${(median(rival) / p50).toFixed(1)}×`,
      goal: `p99 ≤ ${goalMs} ms`,
      share: goalMs / p99,
    });
  }
  lines.push({
    what: `  the index follows (${messages.toLocaleString('en')} messages)`,
    limit: '',
    rival: '',
    product: perSecond(indexed),
    ratio: '',
    goal: '',
  });
  return { lines, foreignCpu: foreign() };
}

async function time(
  typed: readonly string[],
  length: number,
  least: number,
  ask: (text: string) => Promise<unknown>,
): Promise<number[]> {
  const taken: number[] = [];
  for (const end = performance.now() + length * 1_000; performance.now() < end || taken.length < least;) {
    const start = performance.now();
    await ask(typed[taken.length % typed.length]!);
    taken.push(performance.now() - start);
  }
  return taken;
}

/** What a user would write without an index: the newest that hold the text anywhere. */
async function like(
  db: Database,
  inboxId: number,
  text: string,
  place: { chatId?: number },
): Promise<unknown> {
  let query = db
    .selectFrom('message')
    .selectAll()
    .where('inbox_id', '=', inboxId)
    .where('merged_into', 'is', null)
    .where('revoked_at', 'is', null);
  for (const part of text.split(' ')) query = query.where('body', 'like', `%${part}%`);
  if (place.chatId !== undefined) query = query.where('chat_id', '=', place.chatId);
  return query.orderBy('at', 'desc').orderBy('id', 'desc').limit(20).execute();
}

const vocabulary = 30_000;
const syllables =
  'ка по ри то ле ми но ва че ся do re la ti ne ro sa co ve li pra sto bel ung mir zak das que'.split(' ');

/** The nth most frequent word, by letters that languages use. */
function word(n: number): string {
  let rest = n + syllables.length;
  let text = '';
  while (rest > 0) {
    text += syllables[rest % syllables.length]!;
    rest = Math.floor(rest / syllables.length);
  }
  return text;
}

/** Zipf: the nth word is n times as rare as the first. */
function drawWord(random: () => number): string {
  return word(Math.min(vocabulary - 1, Math.floor(Math.exp(random() * Math.log(vocabulary))) - 1));
}

async function seed(db: Database): Promise<number> {
  const random = mulberry(3);
  const inboxId = await insertInbox(db, {
    organisationId: 1,
    name: 'Bench',
    engine: 'none',
    upstream: 'whatsapp',
    at: 0,
  });
  const insert = async (table: string, rows: Record<string, string | number | null>[]): Promise<void> => {
    const columns = Object.keys(rows[0]!);
    const places = `(${columns.map(() => '?').join(',')})`;
    await db.executeQuery(
      CompiledQuery.raw(
        `insert into ${table} (${columns.join(',')}) values ${rows.map(() => places).join(',')}`,
        rows.flatMap((row) => Object.values(row)),
      ),
    );
  };
  if (dialectOf(db) === 'sqlite') await sql`pragma synchronous = off`.execute(db);
  await sql`begin`.execute(db);
  const start = 1_700_000_000_000;
  for (let n = 1; n <= chats; n += 200) {
    const ids = Array.from({ length: Math.min(200, chats - n + 1) }, (_, k) => n + k);
    const name = (id: number): string => `${word(id % 5_000)} ${word((id * 7) % 9_000)} +39333${id}`;
    await insert(
      'contact',
      ids.map((id) => ({
        id,
        inbox_id: inboxId,
        name: name(id),
        push_name: '',
        phone: `39333${id}`,
        is_business: 0,
        is_me: 0,
        search_text: name(id),
        seq: 2,
      })),
    );
    await insert(
      'chat',
      ids.map((id) => ({
        id,
        inbox_id: inboxId,
        kind: 'person',
        contact_id: id,
        name: '',
        unread: 0,
        pinned: 0,
        archived: 0,
        muted_until: 0,
        last_at: start + id,
        last_body: '',
        last_type: 'text',
        last_from_me: 0,
        last_ack: 0,
        last_revoked: 0,
        read_until: 0,
        search_text: name(id),
        seq: 2,
      })),
    );
  }
  for (let n = 0; n < messages; n += 500) {
    const rows = Array.from({ length: Math.min(500, messages - n) }, (_, k) => ({
      inbox_id: inboxId,
      // A few Chats have most of it.
      chat_id: 1 + Math.floor(chats * random() ** 3),
      message_id: `3EB0${(n + k).toString(16).padStart(16, '0')}`,
      from_me: (n + k) % 2,
      sender_name: '',
      type: 'text',
      body: Array.from({ length: 3 + Math.floor(random() * 14) }, () => drawWord(random)).join(' '),
      at: start + (n + k) * 30_000,
      ack: 0,
      seq: 2 + Math.floor((n + k) / 100),
    }));
    await insert('message', rows);
  }
  await sql`update inbox set seq = ${3 + Math.floor(messages / 100)}`.execute(db);
  await sql`commit`.execute(db);
  return inboxId;
}

function mulberry(state: number): () => number {
  let now = state;
  return () => {
    now = (now + 0x6d2b79f5) | 0;
    let mixed = Math.imul(now ^ (now >>> 15), 1 | now);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
