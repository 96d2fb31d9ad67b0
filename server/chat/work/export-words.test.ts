import { expect, test } from 'vitest';
import type { Message } from '../../contract/wire.ts';
import { contentWords, sentWords, systemWords } from './export-words.ts';

const message = (known: object): Message =>
  ({
    fromMe: true,
    type: 'text',
    body: '',
    content: null,
    named: [],
    votes: null,
    media: null,
    delivery: null,
    ...known,
  }) as unknown as Message;
const person = (name: string, isMe = false) => ({ address: '393331234567@c.us', name, isMe });

test('an export says of each message of ours what the other side perhaps has not got', () => {
  expect(sentWords(message({ delivery: 'failed' }))).toBe('not sent');
  expect(sentWords(message({ delivery: 'uncertain' }))).toBe('may not have been sent');
  expect(sentWords(message({ delivery: 'queued' }))).toBe('on its way');
  expect(sentWords(message({}))).toBe('');
});

test('an export says what a message holds where its text does not', () => {
  const words = (content: object, known: object = {}) => contentWords(message({ content, ...known }));
  expect(words({ location: { latitude: 45.07, longitude: 7.68 } })).toBe('location: 45.07, 7.68');
  expect(words({ cards: [{ name: 'Anna', phones: ['+39 333 1'] }] })).toBe('contact: Anna +39 333 1');
  const poll = { question: 'Where?', options: ['here', 'there'] };
  const votes = [{ option: 'there', count: 2, voters: [] }];
  expect(words({ poll }, { votes, body: 'Where?' })).toBe('poll: here (0), there (2)');
  expect(words({ call: { video: true, missed: true } })).toBe('missed video call');
  expect(words({ call: { video: false, missed: false, seconds: 65 } })).toBe('call, 65 s');
  expect(words({ viewOnce: true }, { type: 'image' })).toBe('image, to be opened once on the phone');
  expect(contentWords(message({ type: 'image', media: { fileName: 'a.jpg' } }))).toBe('image: a.jpg');
  expect(contentWords(message({ type: 'waiting' }))).toBe('waiting');
  expect(contentWords(message({ body: 'Ciao' }))).toBe('');
});

test('an export says who has done what in a group', () => {
  const words = (system: object, ...named: object[]) => systemWords(message({ content: { system }, named }));
  expect(words({ what: 'added', actor: 'a', people: ['b'] }, person('Anna'), person('Bob'))).toBe(
    'Anna added Bob',
  );
  expect(words({ what: 'left', people: ['b'] }, person('Bob'))).toBe('Bob left');
  expect(words({ what: 'subject', actor: 'a', text: 'Sales' }, person('', true))).toBe(
    'You changed the name of the group: Sales',
  );
  expect(systemWords(message({ body: '' }))).toBe('system');
});
