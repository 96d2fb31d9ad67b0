import { expect, test } from 'vitest';
import { toMessageReference } from './message-reference.ts';

const direct = { messageId: '3EB0A12B39F380F28ADDD9', chat: '15551230001@c.us', fromMe: true };

test.each([
  ['a serialised id', 'true_15551230001@c.us_3EB0A12B39F380F28ADDD9', direct],
  [
    'a key object',
    { fromMe: true, remote: '15551230001@c.us', id: direct.messageId, _serialized: 'x' },
    direct,
  ],
  [
    'a key object after July 2026',
    { fromMe: true, remote: { user: '15551230001', server: 'c.us' }, id: direct.messageId, $1: 'x' },
    direct,
  ],
  ['only the renamed text', { $1: 'true_15551230001@c.us_3EB0A12B39F380F28ADDD9' }, direct],
  [
    'a direction at the end, which is no participant',
    'true_15551230001@c.us_3EB0A12B39F380F28ADDD9_out',
    direct,
  ],
  [
    'a group id',
    'false_120363040000000001@g.us_AC00F3_99998888777766@lid',
    {
      messageId: 'AC00F3',
      chat: '120363040000000001@g.us',
      fromMe: false,
      participant: '99998888777766@lid',
    },
  ],
  ['a bare id', '3EB0aa', { messageId: '3EB0aa' }],
])('%s is read', (_name, given, expected) => {
  expect(toMessageReference(given)).toEqual(expected);
});

test.each([
  undefined,
  null,
  '',
  ' ',
  'a b',
  'false_15551230001@c.us_',
  'a\u0000b',
  '~x',
  'ü',
  'x'.repeat(129),
  {},
  { id: 3 },
  { id: '' },
])('%j is no message id', (given) => {
  expect(toMessageReference(given)).toBeUndefined();
});

test('ids that differ only in case stay two ids', () => {
  expect(toMessageReference('3eb0')?.messageId).not.toBe(toMessageReference('3EB0')?.messageId);
});
