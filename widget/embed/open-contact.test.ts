import { expect, test } from 'vitest';
import { phoneOf } from './open-contact.ts';

const asked = { entityType: 'Lead', id: '7' };

test('the number of the record on the page needs nobody’s answer; of another one the CRM is asked', async () => {
  const read = (): never => {
    throw new Error('asked without need');
  };
  expect(await phoneOf(asked, { ...asked, phones: ['+39 06 1'] }, { read })).toBe('+39 06 1');
  const bridge = { read: ({ id }: { id: string }) => ({ phones: [`+39 06 ${id}`, '+39 06 0'] }) };
  expect(await phoneOf(asked, { ...asked, id: '8', phones: ['+39 06 1'] }, bridge)).toBe('+39 06 7');
  // It stands on the page, but its number does not.
  expect(await phoneOf(asked, { ...asked, phones: [] }, bridge)).toBe('+39 06 7');
});

test('a CRM that cannot be asked, refuses, or knows no number gives none', async () => {
  expect(await phoneOf(asked, null, undefined)).toBeUndefined();
  expect(await phoneOf(asked, null, {})).toBeUndefined();
  for (const answer of [undefined, null, {}, { phones: [] }, { phones: [7] }, { phones: 'x' }])
    expect(await phoneOf(asked, null, { read: () => answer })).toBeUndefined();
  expect(await phoneOf(asked, null, { read: () => Promise.reject(new Error('403')) })).toBeUndefined();
});
