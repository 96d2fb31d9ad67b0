import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { Crm } from './crm.ts';
import { titleOf, type CrmLog, type LogDraft } from './crm-log.ts';
import { toRecord } from './crm-record.ts';
import { isSameNumber } from './same-number.ts';

const chat = { id: 1, name: 'Anna Bianchi', phone: '393331234567', kind: 'person' as const };
/** What the server keeps for all. */
let kept: unknown;
let isDown = false;
const answer = async (change: () => void): Promise<unknown> => {
  if (isDown) throw new Error('the server is away');
  change();
  return kept;
};
const giulia = { entityType: 'Contact', id: 'a1', name: 'Giulia Rossi', phones: ['+39 333 123 4567'] };

function aCrm(): Crm {
  const links = signal<Readonly<Record<string, unknown>>>({});
  kept = null;
  isDown = false;
  return new Crm({
    links,
    keepLinks: (next) => (links.value = next),
    now: Date.now,
    api: {
      crmLinks: async () => [{ entityType: 'Lead', id: 'z', name: 'Of a list', phone: '79161234567' }],
      crmLink: () => answer(() => undefined),
      linkCrm: (_, record) => answer(() => (kept = { ...record, facts: undefined })),
      unlinkCrm: () => answer(() => (kept = null)),
    },
  });
}
const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

test('a number is the same with and without its country, and short ones are never guessed', () => {
  expect(isSameNumber('+39 333 123 4567', '393331234567')).toBe(true);
  expect(isSameNumber('0333 123 4567', '393331234567')).toBe(true);
  expect(isSameNumber('234567', '393331234567')).toBe(false);
  expect(isSameNumber('', '393331234567')).toBe(false);
});

test('the record on the page stands for the chat with its number, and for no other', () => {
  const crm = aCrm();
  expect(crm.isThere.value).toBe(false);
  crm.setRecord(giulia);
  expect(crm.match(chat).records.map(({ id }) => id)).toEqual(['a1']);
  expect(crm.match({ ...chat, phone: '79161234567' }).records).toEqual([]);
  expect(crm.match({ ...chat, kind: 'group' }).state).toBe('none');
});

test('the page is asked once for a number; what is linked by hand stands alone and is told to the page', async () => {
  const crm = aCrm();
  const asked: unknown[] = [];
  const linked: unknown[] = [];
  crm.setBridge({
    find: async (what) => {
      asked.push(what);
      return [giulia, { ...giulia, entityType: 'Lead', id: 'b2' }, { id: 'no type' }];
    },
    link: (record, phone) => linked.push([record.id, phone]),
  });
  crm.match(chat);
  crm.match(chat);
  await settled();
  expect(asked).toEqual([{ phone: '393331234567' }]);
  const { records } = crm.match(chat);
  expect(records.map(({ id }) => id)).toEqual(['a1', 'b2']);
  expect(crm.known(chat)).toBeUndefined();
  await crm.link(chat, records[1]!);
  expect(crm.match(chat)).toMatchObject({ isLinked: true, records: [{ id: 'b2' }] });
  expect(crm.known(chat)?.id).toBe('b2');
  expect(linked).toEqual([['b2', '393331234567']]);
  await crm.unlink(chat);
  expect(crm.match(chat).records).toHaveLength(2);
});

test('a page that fails is asked again when the Agent asks', async () => {
  const crm = aCrm();
  let fails = true;
  crm.setBridge({
    find: () => {
      if (fails) throw new Error('the CRM is down');
      return [giulia];
    },
  });
  crm.match(chat);
  await settled();
  expect(crm.match(chat).state).toBe('failed');
  fails = false;
  crm.retry(chat.phone);
  await settled();
  expect(crm.match(chat).records).toHaveLength(1);
});

test('deep links are EspoCRM’s where the page says so, and never a script', () => {
  const crm = aCrm();
  const record = toRecord({ ...giulia, url: 'javascript:alert(1)' })!;
  expect(crm.addressOf(record)).toBeNull();
  crm.kind.value = 'espo';
  expect(crm.addressOf(record)).toBe('#Contact/view/a1');
  expect(crm.addressOf(toRecord({ ...giulia, url: 'https://crm.example/c/1' })!)).toBe(
    'https://crm.example/c/1',
  );
  expect(toRecord({ ...giulia, entityType: 'Contact/../x' })).toBeUndefined();
});

test('what a colleague linked is seen here; what the server does not take is not shown as done', async () => {
  const crm = aCrm();
  crm.setBridge({ find: () => [] });
  kept = giulia;
  crm.match(chat);
  await settled();
  expect(crm.match(chat)).toMatchObject({ isLinked: true, records: [{ id: 'a1' }] });
  isDown = true;
  await expect(crm.unlink(chat)).rejects.toThrow();
  expect(crm.match(chat).isLinked).toBe(true);
  isDown = false;
  await crm.unlink(chat);
  expect([crm.match(chat).isLinked, kept]).toEqual([false, null]);
});

test('a record that the CRM makes is linked at once; where it has some already, one is chosen', async () => {
  const crm = aCrm();
  const asked: unknown[] = [];
  let made: unknown = [giulia, { ...giulia, id: 'b2' }];
  crm.setBridge({ find: () => [], create: (what) => (asked.push(what), made) });
  await crm.create(chat, 'Contact');
  expect(asked).toEqual([{ entityType: 'Contact', name: 'Anna Bianchi', phone: '+393331234567' }]);
  expect(crm.match(chat)).toMatchObject({ isLinked: false, records: [{ id: 'a1' }, { id: 'b2' }] });
  made = { ...giulia, id: 'c3' };
  await crm.create(chat, 'Contact');
  expect(crm.match(chat)).toMatchObject({ isLinked: true, records: [{ id: 'c3' }] });
});

test('in lists people have the names they have in the CRM, where a page has one', async () => {
  const crm = aCrm();
  const ivo = { kind: 'person' as const, phone: '79161234567' };
  expect(crm.known(ivo)).toBeUndefined();
  crm.setBridge({ open: () => undefined });
  crm.known(ivo);
  await settled();
  expect(crm.known(ivo)?.name).toBe('Of a list');
  expect(crm.known({ ...ivo, kind: 'group' as never })).toBeUndefined();
});

test('a call and a task go to the CRM as they were written; what it answers is read, and none is lost before it did', async () => {
  const crm = aCrm();
  const record = toRecord(giulia)!;
  const draft: LogDraft = {
    kind: 'call',
    title: ' Call with Giulia ',
    note: '',
    isHeld: true,
    direction: 'in',
    minutes: 0,
    due: '',
  };
  await expect(crm.log(record, draft)).rejects.toThrow();
  const asked: CrmLog[] = [];
  let answer: unknown = { entityType: 'Call', id: 5, url: 'javascript:alert(1)' };
  crm.setBridge({ log: (what) => (asked.push(what), answer) });
  expect(await crm.log(record, draft)).toMatchObject({ record: { entityType: 'Call', id: '5', url: null } });
  answer = undefined;
  expect(await crm.log(record, { ...draft, kind: 'task', due: '2026-11-25' })).toEqual({ record: null });
  await crm.log(record, { ...draft, isHeld: false, minutes: 9 });
  expect(asked).toMatchObject([
    {
      kind: 'call',
      record: { entityType: 'Contact', id: 'a1' },
      title: 'Call with Giulia',
      direction: 'in',
      minutes: 1,
    },
    { kind: 'task', due: '2026-11-25' },
    { kind: 'call', isHeld: false, minutes: 0 },
  ]);
  answer = { refused: 'no-right', why: 'No create access.' };
  expect(await crm.log(record, draft)).toEqual(answer);
  answer = { refused: 'something new', why: 7 };
  expect(await crm.log(record, draft)).toEqual({ refused: 'invalid', why: '' });
  crm.logDrafts.set('1/call', draft);
  crm.forget();
  expect(crm.logDrafts.size).toBe(0);
});

test('the title of a task is the first line, cut between words', () => {
  expect(titleOf('  Send the offer\nby Friday ')).toBe('Send the offer');
  const long = titleOf('word '.repeat(40));
  expect([long.length <= 100, long.endsWith('word…')]).toEqual([true, true]);
  expect(titleOf('x'.repeat(150))).toHaveLength(100);
});
