import { CompiledQuery, sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { transact, type Database } from './database.ts';
import { isUniqueViolation } from './portable.ts';
import { describeDatabases, mysqlForTest } from './testing.ts';
import { later, together } from './together.ts';

const nasty = [
  `'; drop table note; --`,
  `\\'; delete from note; -- \\`,
  'a;b',
  '?',
  '/*together 2*/ select 1; select 2',
];

async function notes(db: Database): Promise<string[]> {
  const { rows } = await sql<{ text: string }>`select text from note order by id`.execute(db);
  return rows.map((row) => row.text);
}

describeDatabases('statements that travel together', (database) => {
  const open = async (): Promise<Database> => {
    const { db } = database();
    await sql`drop table if exists note`.execute(db);
    await sql`create table note (id integer primary key, text varchar(200))`.execute(db);
    return db;
  };
  const insert = (db: Database, id: number, text: string) =>
    sql`insert into note (id, text) values (${id}, ${text})`.compile(db);

  test('are done in the order they were said, and read what was written before them', async () => {
    const db = await open();
    await transact(db, async (tx) => {
      await later(tx, insert(tx, 1, 'first'));
      await later(tx, sql`update note set text = ${'second'} where text = ${'first'}`.compile(tx));
      const [known, none] = await together<[{ text: string }, { text: string }]>(tx, [
        sql<{ text: string }>`select text from note where id = ${1}`.compile(tx),
        sql<{ text: string }>`select text from note where id = ${2}`.compile(tx),
      ]);
      expect(known).toEqual([{ text: 'second' }]);
      expect(none).toEqual([]);
      await later(tx, insert(tx, 3, 'last'));
    });
    expect(await notes(db)).toEqual(['second', 'last']);
  });

  test('a write that was not waited for fails the commit, and nothing of the transaction stays', async () => {
    const db = await open();
    const failed = await transact(db, async (tx) => {
      await insertNow(tx, 1);
      await later(tx, insert(tx, 1, 'twice'));
      await later(tx, insert(tx, 2, 'after it'));
    }).catch((error: unknown) => error);
    expect(isUniqueViolation(failed)).toBe(true);
    expect(await notes(db)).toEqual([]);
    await transact(db, (tx) => later(tx, insert(tx, 5, 'the connection goes on')));
    expect(await notes(db)).toEqual(['the connection goes on']);
  });

  test('a transaction that is given up leaves nothing, sent or not', async () => {
    const db = await open();
    for (const sends of [false, true]) {
      const given = transact(db, async (tx) => {
        if (sends) await insertNow(tx, 1);
        await later(tx, insert(tx, 2, 'later'));
        throw new Error('given up');
      });
      await expect(given).rejects.toThrow('given up');
    }
    await transact(db, async () => undefined);
    expect(await notes(db)).toEqual([]);
  });

  test('values that look like statements stay values', async () => {
    const db = await open();
    await transact(db, async (tx) => {
      for (const [id, text] of nasty.entries()) await later(tx, insert(tx, id, text));
      const found = await together(
        tx,
        nasty.map((text) =>
          sql<{ n: number }>`select count(*) as n from note where text = ${text}`.compile(tx),
        ),
      );
      expect(found.map(([row]) => (row as { n: number }).n)).toEqual(nasty.map(() => 1));
    });
    expect(await notes(db)).toEqual(nasty);
  });

  async function insertNow(db: Database, id: number): Promise<void> {
    await db.executeQuery(insert(db, id, 'now'));
  }
});

describe('MariaDB', () => {
  test('a text that holds a second statement is not sent', async () => {
    await using database = await mysqlForTest({ bare: true });
    const { db } = database;
    const smuggled = CompiledQuery.raw('select 1; select 2');
    await expect(db.executeQuery(smuggled)).rejects.toThrow('two statements');
    await expect(transact(db, (tx) => later(tx, smuggled))).rejects.toThrow('two statements');
    await expect(
      transact(db, (tx) => together(tx, [smuggled, CompiledQuery.raw('select 3')])),
    ).rejects.toThrow('not 2 statements');
    expect((await db.executeQuery(CompiledQuery.raw('select 1 as one'))).rows).toEqual([{ one: 1 }]);
  });
});
