import { expect, test } from 'vitest';
import type { PictureSubject } from '../../db/query/profile-picture.ts';
import { Wanted } from './wanted.ts';

const person = (id: number): PictureSubject => ({ kind: 'contact', id });
const group = (id: number): PictureSubject => ({ kind: 'chat', id });
const ids = (wanted: Wanted, inboxId: number): number[] => {
  const taken: number[] = [];
  for (let one = wanted.take(inboxId); one; one = wanted.take(inboxId)) taken.push(one.id);
  return taken;
};

test('who was looked at last is asked about first, also who waited already', () => {
  const wanted = new Wanted();
  for (const id of [1, 2, 3]) wanted.add(7, person(id));
  // Seen again: no news, but the first now.
  expect(wanted.unknown(7, [person(1)], 0)).toEqual([]);
  expect(ids(wanted, 7)).toEqual([1, 3, 2]);
  expect(wanted.inboxes()).toEqual([]);
});

test('a person and a group of the same number, and the same of two Inboxes, are four', () => {
  const wanted = new Wanted();
  for (const inboxId of [7, 8]) for (const one of [person(1), group(1)]) wanted.add(inboxId, one);
  expect(wanted.inboxes()).toEqual([7, 8]);
  expect([wanted.take(7), wanted.take(7), wanted.take(7)]).toEqual([group(1), person(1), undefined]);
  expect(wanted.inboxes()).toEqual([8]);
});

test('of whom it is known enough nobody asks until that has passed', () => {
  const wanted = new Wanted();
  wanted.know(7, person(1), 1_000);
  expect(wanted.unknown(7, [person(1), person(2)], 999)).toEqual([person(2)]);
  expect(wanted.unknown(8, [person(1)], 999)).toEqual([person(1)]);
  expect(wanted.unknown(7, [person(1)], 1_000)).toEqual([person(1)]);
});

test('of a list scrolled through only the latest wait, and of what is known only the latest is', () => {
  const wanted = new Wanted();
  for (let id = 1; id <= 500; id++) wanted.add(7, person(id));
  const waiting = ids(wanted, 7);
  expect(waiting.slice(0, 2)).toEqual([500, 499]);
  expect(waiting).toHaveLength(200);
  for (let id = 1; id <= 20_001; id++) wanted.know(7, person(id), 1_000);
  expect(wanted.unknown(7, [person(1), person(2)], 0)).toEqual([person(1)]);
});

test('an Inbox that was dropped is forgotten, one whose number begins the same is not', () => {
  const wanted = new Wanted();
  for (const inboxId of [1, 12]) {
    wanted.add(inboxId, person(5));
    wanted.know(inboxId, person(6), 1_000);
  }
  wanted.drop(1);
  expect(wanted.inboxes()).toEqual([12]);
  expect(wanted.unknown(1, [person(6)], 0)).toEqual([person(6)]);
  expect(wanted.unknown(12, [person(6)], 0)).toEqual([]);
});
