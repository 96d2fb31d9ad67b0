import { expect, test } from 'vitest';
import { decodeEvent } from './waha/decode.ts';
import { decodeDelivery } from './wwebjs-api/decode.ts';

const chat = '15551230001@c.us';
const at = 1_795_000_000_000;
const vote = {
  kind: 'vote',
  messageId: '3EB0POLL',
  chat,
  fromMe: true,
  voter: chat,
  fromUs: false,
  options: ['Mon', 'Tue'],
  at,
};

test('WAHA tells who has chosen what by the texts', () => {
  const payload = {
    vote: {
      id: `false_${chat}_AC1`,
      from: chat,
      fromMe: false,
      to: '15550009999@c.us',
      participant: null,
      selectedOptions: ['Mon', 'Tue'],
      timestamp: at,
    },
    poll: { id: `true_${chat}_3EB0POLL`, from: '15550009999@c.us', fromMe: true, to: chat },
  };
  const told = (changed: object) =>
    decodeEvent({ event: 'poll.vote', payload: { ...payload, vote: { ...payload.vote, ...changed } } });
  expect(told({})).toEqual([vote]);
  expect(told({ selectedOptions: [] })).toMatchObject([{ options: [] }]);
  expect(told({ participant: '98765000001@lid' })).toMatchObject([{ voter: '98765000001@lid' }]);
  expect(told({ fromMe: true, from: '15550009999@c.us' })).toMatchObject([{ fromUs: true }]);
  expect(told({ selectedOptions: 'Mon' })).toEqual([]);
  // What WAHA cannot read has no options and says nothing.
  expect(decodeEvent({ event: 'poll.vote.failed', payload })).toEqual([]);
});

test('wwebjs-api tells the library’s vote', () => {
  const told = (changed: object) =>
    decodeDelivery({
      dataType: 'vote_update',
      data: {
        vote: {
          voter: chat,
          selectedOptions: [
            { name: 'Mon', localId: 0 },
            { name: 'Tue', localId: 1 },
          ],
          interractedAtTs: at,
          parentMsgKey: { fromMe: true, remote: chat, id: '3EB0POLL' },
          ...changed,
        },
      },
    });
  expect(told({})).toEqual([vote]);
  expect(told({ selectedOptions: [] })).toMatchObject([{ options: [] }]);
  expect(told({ voter: { _serialized: chat } })).toMatchObject([{ voter: chat }]);
  // Of a poll the other server does not know the texts are missing.
  expect(told({ selectedOptions: [{ localId: 0 }] })).toEqual([]);
  expect(told({ parentMsgKey: null, parentMessage: null })).toEqual([]);
});
