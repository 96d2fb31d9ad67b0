import { expect, test } from 'vitest';
import { withLink } from './given-link.ts';

const words = { title: 'Bici blu', description: 'Come nuova' };
const nothing = { request: {}, content: {} };

test('the engine is given the address as it stands in the text, the Message as a browser spells it', () => {
  expect(withLink('guarda (bici.example/Blu), bella!', { url: 'bici.example/Blu', ...words })).toEqual({
    request: { link: { url: 'bici.example/Blu', ...words } },
    content: { link: { url: 'https://bici.example/Blu', ...words } },
  });
});

test.each([
  ['an address that is not in the text', 'ciao', 'https://bici.example'],
  ['a part of another one', 'https://bici.example/blu', 'https://bici.example'],
  ['the end of another one', 'https://bici.example/blu', 'bici.example/blu'],
  ['one that goes on with a question', 'https://bici.example/blu?a=1', 'https://bici.example/blu'],
  ['a longer name', 'https://bici.example.evil.test', 'https://bici.example'],
  ['what is no page', 'javascript:alert(1)', 'javascript:alert(1)'],
  ['one with a password', 'https://a:b@bici.example', 'https://a:b@bici.example'],
])('left out, not refused: %s', (_, body, url) => {
  expect(withLink(body, { url, ...words })).toEqual(nothing);
});

test('one without words is none', () => {
  expect(withLink('https://bici.example', { url: 'https://bici.example' })).toEqual(nothing);
  expect(withLink('https://bici.example', undefined)).toEqual(nothing);
});

test.each(['?', '!', '.', ',', ')', ':', '…', '»', '*'])('a sentence may end behind it: %s', (end) => {
  const url = 'https://bici.example/blu';
  expect(withLink(`${url}${end}`, { url, ...words }).request.link?.url).toBe(url);
});

test('it stands there if it does so once', () => {
  const url = 'https://bici.example';
  expect(withLink(`${url}/blu e ${url}.`, { url, ...words }).request.link?.url).toBe(url);
});
