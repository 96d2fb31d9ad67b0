import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { Crm, isSameNumber, toRecord, type CrmRecord } from './crm.ts';

const chat = { phone: '393331234567', kind: 'person' as const };
const giulia = { entityType: 'Contact', id: 'a1', name: 'Giulia Rossi', phones: ['+39 333 123 4567'] };

function aCrm(): Crm {
  const links = signal<Readonly<Record<string, CrmRecord>>>({});
  return new Crm({ links, keepLinks: (next) => (links.value = next) });
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
  crm.link(chat.phone, records[1]!);
  expect(crm.match(chat)).toMatchObject({ isLinked: true, records: [{ id: 'b2' }] });
  expect(crm.known(chat)?.id).toBe('b2');
  expect(linked).toEqual([['b2', '393331234567']]);
  crm.unlink(chat.phone);
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
