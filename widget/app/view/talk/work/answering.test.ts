import { expect, test } from 'vitest';
import { answering, categoriesOf } from './answering.ts';

const reply = (shortcut: string, category = '', body = '-') => ({
  id: shortcut.length,
  shortcut,
  body,
  category,
});
const all = [
  reply('bye'),
  reply('hello', 'Greetings'),
  reply('offer', 'Sales 2', 'Our offer'),
  reply('price', 'sales 10', 'The price of it'),
  reply('route', 'Viewing the flat'),
  reply('salute'),
];
const found = (typed: string): string[] =>
  answering(all, typed, 'en').map(({ shortcut, category }) => `${category}/${shortcut}`);

test('nothing typed: every canned reply, category after category by the alphabet, those without one last', () => {
  expect(categoriesOf(all, 'en')).toEqual(['Greetings', 'Sales 2', 'sales 10', 'Viewing the flat']);
  expect(found('')).toEqual([
    'Greetings/hello',
    'Sales 2/offer',
    'sales 10/price',
    'Viewing the flat/route',
    '/bye',
    '/salute',
  ]);
});

test('a category is found by the beginning of any of its words; a shortcut that begins so stays first', () => {
  expect(found('sal')).toEqual(['/salute', 'Sales 2/offer', 'sales 10/price']);
  expect(found('FLA')).toEqual(['Viewing the flat/route']);
  expect(found('ales')).toEqual([]);
});

test('a category stands where its best reply stands, and its others follow it there', () => {
  const replies = [reply('apply', 'One', 'pricey'), reply('price', 'Two'), reply('prize', 'One')];
  const order = answering(replies, 'pri', 'en').map(({ shortcut }) => shortcut);
  expect(order).toEqual(['prize', 'apply', 'price']);
  expect(answering(replies, 'ppl', 'en').map(({ shortcut }) => shortcut)).toEqual(['apply']);
  expect(answering(replies, 'aly', 'en').map(({ shortcut }) => shortcut)).toEqual(['apply']);
});
