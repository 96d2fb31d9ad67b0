import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toAddress } from '../../contract/address.ts';
import { decodeVote } from './decode-vote.ts';

const me = [toAddress('393330000000@c.us')!];
const pollOptions = [
  { name: 'Mon', localId: 0 },
  { name: ' Tue  late ', localId: 1 },
];
const row = {
  parentMsgKey: { fromMe: true, remote: '393331234567@c.us', id: '3EB0POLL', $1: 'x' },
  msgKey: { fromMe: false, remote: '393331234567@c.us', id: 'AC1' },
  senderUserJid: '393331234567@c.us',
  selectedOptionLocalIds: [1],
  senderTimestampMs: 1_795_000_000_123,
  parentMessage: { pollOptions },
};

test('a vote names its options by their texts', () => {
  expect(decodeVote(row, me, 5)).toEqual({
    kind: 'vote',
    messageId: '3EB0POLL',
    chat: '393331234567@c.us',
    fromMe: true,
    voter: '393331234567@c.us',
    fromUs: false,
    options: ['Tue late'],
    at: 1_795_000_000_123,
  });
});

test('a vote taken back has none; one of ours is known by its key or by our number', () => {
  expect(decodeVote({ ...row, selectedOptionLocalIds: [] }, me, 5)?.options).toEqual([]);
  expect(decodeVote({ ...row, msgKey: { ...row.msgKey, fromMe: true } }, me, 5)?.fromUs).toBe(true);
  expect(decodeVote({ ...row, senderUserJid: me[0] }, me, 5)?.fromUs).toBe(true);
});

test('numbers of options come as the bytes the page keeps, too', () => {
  expect(decodeVote({ ...row, selectedOptionLocalIds: { 0: 0, 1: 1 } }, me, 5)?.options).toEqual([
    'Mon',
    'Tue late',
  ]);
});

test('in a poll that is not at hand a choice cannot be read, that there is none any more can', () => {
  expect(decodeVote({ ...row, parentMessage: null }, me, 5)).toBeUndefined();
  expect(decodeVote({ ...row, selectedOptionLocalIds: [7] }, me, 5)).toBeUndefined();
  expect(decodeVote({ ...row, parentMessage: null, selectedOptionLocalIds: [] }, me, 5)?.options).toEqual([]);
});

test('whatever the page gives, it does not throw', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (what, options) => {
      decodeVote(what, me, 5);
      decodeVote({ ...row, selectedOptionLocalIds: what, parentMessage: { pollOptions: options } }, me, 5);
    }),
  );
});
