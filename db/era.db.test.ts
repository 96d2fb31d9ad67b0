import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { beginEra, isPast } from './query/era.ts';
import { readHead } from './query/inbox.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'eras come to a database that is in use',
  (database) => {
    test('all that was counted before is one, and who followed it goes on', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.indexOf('0108-eras') - 1]);
      for (const id of [5, 6])
        await sql`insert into inbox (id, organisation_id, name, seq, row_seq, created_at)
          values (${id}, 7, 'Sales', 40, 1, 1)`.execute(db);
      await migrate(db);
      expect(await readHead(db, 5)).toEqual({ seq: 40, era: '0' });
      const position = { seq: 40, era: '0' };
      expect(await isPast(db, 5, { head: { seq: 40, era: '0' }, position })).toBe(true);
      const era = await beginEra(db, 5, 40);
      expect(await readHead(db, 5)).toEqual({ seq: 40, era });
      expect(await isPast(db, 5, { head: { seq: 99, era }, position })).toBe(true);
      expect(await isPast(db, 5, { head: { seq: 99, era }, position: { seq: 41, era: '0' } })).toBe(false);
      expect(await readHead(db, 6)).toEqual({ seq: 40, era: '0' });
    });
  },
  { bare: true },
);

describeDatabases('eras', (database) => {
  test('are kept to a number; who followed an older one begins afresh', async () => {
    const { db } = database();
    await db
      .insertInto('inbox_era')
      .values(Array.from({ length: 1_000 }, (_, n) => ({ inbox_id: 5, n, era: `e${n}`, since: n })))
      .execute();
    const era = await beginEra(db, 5, 2_000);
    const isKnown = (seq: number, of: string) =>
      isPast(db, 5, { head: { seq: 2_001, era }, position: { seq, era: of } });
    expect(await isKnown(1, 'e0')).toBe(false);
    expect(await isKnown(2, 'e1')).toBe(true);
    expect(await isKnown(3, 'e1')).toBe(false);
    expect(await isKnown(2_000, 'e999')).toBe(true);
    // Those of another Inbox are another’s.
    expect(await isPast(db, 6, { head: { seq: 9, era }, position: { seq: 2, era: 'e1' } })).toBe(false);
  });
});
