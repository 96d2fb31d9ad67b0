import type { SignalDataSet } from 'baileys';
import { expect, test } from 'vitest';
import { Rows } from './rows.ts';
import { rowsIn } from './testing-rows.ts';

const stepped = { session: { 'one.0': { _sessions: {} } } } as unknown as SignalDataSet;

test('the step of a session and what was opened by it are one write: killed at any moment, the next life has both or neither', async () => {
  const kept = new Map<string, string>();
  const writes: string[][] = [];
  const rows = new Rows(rowsIn(kept, (kinds) => void writes.push(kinds)));
  const opened = await rows.together(async (add) => {
    await rows.set(stepped);
    // Who reads it meanwhile sees the step.
    expect(Object.keys(await rows.get('session', ['one.0']))).toEqual(['one.0']);
    expect(writes).toEqual([]);
    add([[3, 'what was said']]);
    return 'what was said';
  });
  expect(opened).toBe('what was said');
  expect(writes).toEqual([['session', 'heard']]);
  expect([...kept.keys()]).toEqual(['session one.0', 'heard 3']);
});

test('another that goes on from a step before it is written has the last word', async () => {
  const kept = new Map<string, string>();
  const rows = new Rows(rowsIn(kept));
  let inside = (): void => {};
  const begun = new Promise<void>((resolve) => (inside = resolve));
  let goOn = (): void => {};
  const opened = rows.together(async () => {
    await rows.set(stepped);
    inside();
    await new Promise<void>((resolve) => (goOn = resolve));
  });
  await begun;
  const later = { session: { 'one.0': { _sessions: { later: {} } } } } as unknown as SignalDataSet;
  await rows.set(later);
  goOn();
  await opened;
  expect(kept.get('session one.0')).toContain('later');
});

test('a database that is away for a while is waited for; where it stays away the life hears of it before the library', async () => {
  const kept = new Map<string, string>();
  let broken = 2;
  const heard: string[] = [];
  const ask = rowsIn(kept, () => {
    if (broken-- > 0) throw new Error('the database is away');
  });
  const rows = new Rows(ask, () => void heard.push('life'), [1, 1, 1]);
  await rows.set(stepped);
  expect([...kept.keys()]).toEqual(['session one.0']);
  expect(heard).toEqual([]);
  broken = 1_000;
  await rows.set(stepped).catch(() => void heard.push('library'));
  expect(heard).toEqual(['life', 'library']);
});
