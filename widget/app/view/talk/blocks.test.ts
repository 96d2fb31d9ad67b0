import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blocks } from './blocks.ts';

test.each([
  ['one\ntwo', ['text: one|two']],
  ['> said\n> twice\nanswer', ['quote: said|twice', 'text: answer']],
  ['- a\n- b', ['list: a|b']],
  ['* a\n* b', ['list: a|b']],
  ['1. a\n2. b', ['numbers: a|b']],
  ['Buy:\n- milk\n\nThanks', ['text: Buy:', 'list: milk', 'text: |Thanks']],
  ['```\n- no item\n> no quote\n```', ['text: ```|- no item|> no quote|```']],
  ['``` never closed\n- item', ['text: ``` never closed', 'list: item']],
  ['-5 degrees', ['text: -5 degrees']],
  ['* not bold*', ['text: * not bold*']],
])('%j falls into the blocks WhatsApp shows', (text, expected) => {
  expect(blocks(text).map((one) => `${one.kind}: ${one.lines.join('|')}`)).toEqual(expected);
});

test('no line is lost, whatever the text', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 5 }).filter((text) => !text.includes('\n')),
    fc.constantFrom('> a', '- b', '* c', '1. d', '```', 'x```', '', '-', '>'),
  );
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
      expect(blocks(lines.join('\n')).flatMap((one) => one.lines)).toHaveLength(lines.length);
    }),
  );
});
