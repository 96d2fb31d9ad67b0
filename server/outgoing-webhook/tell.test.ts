import { expect, test } from 'vitest';
import { messageRow } from '../contract/testing-message.ts';
import type { Message } from '../contract/wire.ts';
import { newsOf, toldOf } from './tell.ts';

const base = messageRow({ at: 1 });
const ours: Message = { ...base, fromMe: true };
const change = (from: Message, to: Partial<Message>) => newsOf({ ...from, ...to }, toldOf(from), false);

test('what somebody wrote is received once, whatever has happened to it by then', () => {
  expect(newsOf({ ...base, editedAt: 5, starred: true }, undefined, true)).toEqual(['message.received']);
  expect(newsOf(base, toldOf(base), true)).toEqual([]);
});

test('a Message of ours is sent when WhatsApp has it, not when it was written', () => {
  expect(newsOf({ ...ours, delivery: 'queued' }, undefined, true)).toEqual([]);
  expect(change({ ...ours, delivery: 'queued' }, { ack: 1, delivery: null })).toEqual(['message.sent']);
  expect(newsOf({ ...ours, ack: 2 }, undefined, true)).toEqual(['message.sent']);
  expect(change({ ...ours, ack: 1 }, { ack: 3 })).toEqual(['message.ack']);
  expect(change({ ...ours, delivery: 'sending' }, { delivery: 'uncertain' })).toEqual(['message.failed']);
});

test('an edit, a revocation and reactions have words of their own; everything else is an update', () => {
  expect(change(base, { body: 'hi', editedAt: 5 })).toEqual(['message.edited']);
  expect(change(base, { body: '', revokedAt: 5 })).toEqual(['message.revoked']);
  expect(change(base, { reactions: [{ emoji: '👍', fromUs: false, name: 'Anna', contactId: 3 }] })).toEqual([
    'message.reaction',
  ]);
  expect(change(base, { starred: true })).toEqual(['message.updated']);
  expect(change(base, { type: 'image', body: 'caption' })).toEqual(['message.updated']);
});

test('that a receiver of names changed his mind about them is no news; a tombstone is', () => {
  expect(change({ ...base, sender: { contactId: 2, name: 'A', phone: null } }, { seq: 9 })).toEqual([]);
  expect(change(base, { mergedInto: 7 })).toEqual(['message.removed']);
  expect(newsOf({ ...base, mergedInto: 7 }, undefined, true)).toEqual([]);
});

test('of what is older than our memory only the change is told', () => {
  expect(newsOf({ ...base, starred: true }, undefined, false)).toEqual(['message.updated']);
});
