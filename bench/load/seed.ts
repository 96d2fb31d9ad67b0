import SQLite from 'better-sqlite3';
import mysql from 'mysql2/promise';
import { openDatabase } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';

/** The first Inbox of an Organisation that has been at it for long. */
export interface Seed {
  chats: number;
  messages: number;
}
export const inboxId = 1;
/** Chats 1…n hold half of all Messages. */
export const busyChats = 1_000;
const begin = 1_760_000_000_000;

/**
 * Fills an empty database in one go: the indexes of the schema that can be made anew are let go before and made after.
 * Every 20th Chat is a group, every 50th is archived, 30 are unread, three are pinned; every 10th Message is a file, every
 * 10th an answer, every 50th has a reaction.
 */
export async function seed(url: string, sizes: Seed): Promise<void> {
  const db = openDatabase(url, { connections: 1 });
  await migrate(db);
  await db.destroy();
  await using target = url.startsWith('sqlite:')
    ? bareSqlite(url.slice('sqlite:'.length))
    : await bareMysql(url);
  await target.withoutIndexes(['contact', 'chat', 'message', 'media', 'reaction'], async () => {
    for (const statement of statements(sizes, target.numbers)) await target.run(statement);
  });
  for (const statement of finish(sizes)) await target.run(statement);
  await target.run(target.analyse);
}

/** SQL that means the same on both; `numbers(from, to)` is a table of one column `i`, its end not included. */
function* statements(
  { chats, messages }: Seed,
  numbers: (from: number, to: number) => string,
): Generator<string> {
  yield `insert into contact (id, inbox_id, name, push_name, phone, lid, is_business, is_me, search_text, seq)
    select i + 1, ${inboxId}, concat('Person ', i), '', concat('1555', 1000000 + i), null, 0, 0,
      concat('person ', i, ' 1555', 1000000 + i), 2
    from ${numbers(0, chats)}`;
  yield `insert into chat (id, inbox_id, kind, contact_id, name, unread, pinned, archived, muted_until, last_at, last_body,
      last_type, last_from_me, last_ack, last_revoked, read_until, search_text, seq)
    select i + 1, ${inboxId}, case when i % 20 = 19 then 'group' else 'person' end,
      case when i % 20 = 19 then null else i + 1 end, case when i % 20 = 19 then concat('Group ', i) else '' end,
      case when i % ${Math.ceil(chats / 30)} = 7 then 3 else 0 end, case when i < 3 then 1 else 0 end,
      case when i % 50 = 49 then 1 else 0 end, 0, 0, '', 'text', 0, 0, 0, 0, concat('person ', i), 2
    from ${numbers(0, chats)}`;
  // Neighbours in time are of different Chats, as in life.
  const busy = Math.min(busyChats, chats);
  const chat = `case when i % 2 = 0 then (floor(i / 2) * 7919) % ${busy} else (floor(i / 2) * 104729) % ${chats} end`;
  const part = 250_000;
  for (let from = 0; from < messages; from += part) {
    yield `insert into message (inbox_id, chat_id, message_id, from_me, sender_contact_id, sender_name, type, body, at, ack,
        live, quoted_message_id, seq)
      select ${inboxId}, c + 1, ${messageId('i')}, case when i % 4 = 3 then 1 else 0 end,
        case when c % 20 = 19 and i % 4 <> 3 then 1 + (c + i % 8) % ${chats} else null end, '',
        case when i % 10 = 4 then 'image' else 'text' end,
        concat('Hello, this is message ', i, ', as long as messages of people are on the whole.'),
        ${begin} + i * 1000, case when i % 4 = 3 then 3 else 0 end, 1,
        case when i % 10 = 0 and i >= ${2 * busy} then ${messageId(`i - ${2 * busy}`)} else null end, 2 + i
      from (select i, ${chat} as c from ${numbers(from, Math.min(messages, from + part))}) m`;
  }
  yield `insert into media (inbox_id, message, state, attempts, mime, sniffed, size, digest, file_name, width, height, animated,
      told_gone, thumbnail, seq)
    select inbox_id, id, 'stored', 1, 'image/jpeg', 'image/jpeg', 90000, concat('digest', id), '', 800, 600, 0, 0,
      '${'/9j/4AAQSkZJRgABAQAAAQABAAD'.repeat(20)}', seq
    from message where type = 'image'`;
  yield `insert into reaction (message, sender_contact_id, from_us, emoji, at)
    select id, 1 + id % ${chats}, 0, '+', at from message where id % 50 = 3`;
}

function messageId(number: string): string {
  return `concat('3EB0', substr(concat('0000000000000000', ${number}), -16))`;
}

/** What the Chats show of their newest Message, and that search has seen all. */
function finish({ messages }: Seed): string[] {
  return [
    `update chat set last_message =
      (select m.id from message m where m.chat_id = chat.id order by m.at desc, m.id desc limit 1)`,
    `update chat set last_at = coalesce((select m.at from message m where m.id = chat.last_message), 0),
      last_body = coalesce((select m.body from message m where m.id = chat.last_message), '')`,
    `update chat set read_until = last_at, read_id = coalesce(last_message, 0)`,
    `insert into search_progress (inbox_id, seq, message) values (${inboxId}, ${messages + 2}, ${messages})`,
  ];
}

interface Bare extends AsyncDisposable {
  run(sql: string): Promise<void>;
  numbers: (from: number, to: number) => string;
  withoutIndexes(tables: string[], work: () => Promise<void>): Promise<void>;
  analyse: string;
}

function bareSqlite(file: string): Bare {
  const database = new SQLite(file);
  for (const pragma of [
    'journal_mode = delete',
    'journal_mode = off',
    'synchronous = off',
    'cache_size = -400000',
  ])
    database.pragma(pragma);
  return {
    run: async (sql) => void database.exec(sql),
    numbers: (from, to) =>
      `(with recursive n(i) as (select ${from} union all select i + 1 from n where i < ${to - 1}) select i from n) n`,
    withoutIndexes: async (tables, work) => {
      const found = database
        .prepare(
          `select name, sql from sqlite_master where type = 'index' and sql is not null
             and tbl_name in (${tables.map(() => '?').join()})`,
        )
        .all(...tables) as { name: string; sql: string }[];
      for (const { name } of found) database.exec(`drop index "${name}"`);
      await work();
      for (const { sql } of found) database.exec(sql);
    },
    analyse: 'select 1',
    [Symbol.asyncDispose]: async () => void database.close(),
  };
}

async function bareMysql(url: string): Promise<Bare> {
  const connection = await mysql.createConnection({ uri: url, charset: 'utf8mb4_bin' });
  await connection.query('set session unique_checks = 0, foreign_key_checks = 0');
  const run = async (sql: string): Promise<void> => void (await connection.query(sql));
  return {
    run,
    numbers: (from, to) => `(select seq as i from seq_${from}_to_${to - 1}) n`,
    withoutIndexes: async (tables, work) => {
      const made: string[] = [];
      for (const table of tables) {
        const [[row]] = (await connection.query(`show create table ${table}`)) as unknown as [[object]];
        const text = String((row as Record<string, unknown>)['Create Table']);
        const keys = [...text.matchAll(/^ +KEY (`\w+`) (\(.*?\)),?$/gm)];
        if (keys.length === 0) continue;
        await run(`alter table ${table} ${keys.map(([, name]) => `drop key ${name}`).join()}`);
        made.push(
          `alter table ${table} ${keys.map(([, name, columns]) => `add key ${name} ${columns}`).join()}`,
        );
      }
      await work();
      for (const sql of made) await run(sql);
    },
    analyse: 'analyze table chat, message, contact, media, reaction',
    [Symbol.asyncDispose]: () => connection.end(),
  };
}
