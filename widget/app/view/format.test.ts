import fc from 'fast-check';
import { expect, test } from 'vitest';
import { format, isJumbo, plainLine } from './format.ts';

const shown = (text: string): string =>
  format(text)
    .filter((piece) => !piece.isMark)
    .map(({ text, bold, italic, strike, mono, href }) => {
      const style = [bold && 'b', italic && 'i', strike && 's', mono && 'm', href && `→${href}`]
        .filter(Boolean)
        .join('');
      return style ? `[${style}:${text}]` : text;
    })
    .join('');

test.each([
  ['*bold*', '[b:bold]'],
  ['a *bold* word', 'a [b:bold] word'],
  ['_it_ and ~no~', '[i:it] and [s:no]'],
  ['*_both_*', '[bi:both]'],
  ['`code *not bold*`', '[m:code *not bold*]'],
  ['```two\nlines```', '[m:two\nlines]'],
  ['2 * 3 * 4', '2 * 3 * 4'],
  ['snake_case_name', 'snake_case_name'],
  ['* not bold*', '* not bold*'],
  ['*over\nlines*', '*over\nlines*'],
  ['*unclosed', '*unclosed'],
  ['**', '**'],
  ['(*x*)', '([b:x])'],
  ['*жирный*, да', '[b:жирный], да'],
])('%j is formatted as WhatsApp does', (text, expected) => {
  expect(shown(text)).toBe(expected);
});

test.each([
  [
    'see https://a.example/x_y_z?q=*1*.',
    'see [→https://a.example/x_y_z?q=*1:https://a.example/x_y_z?q=*1]*.',
  ],
  ['www.example.com!', '[→https://www.example.com:www.example.com]!'],
  ['(https://a.example/b)', '([→https://a.example/b:https://a.example/b])'],
  ['anna@bianchi.it', '[→mailto:anna@bianchi.it:anna@bianchi.it]'],
  ['+39 333 123 4567', '[→tel:+393331234567:+39 333 123 4567]'],
  ['javascript:alert(1)', 'javascript:alert(1)'],
  ['data:text/html,x', 'data:text/html,x'],
])('%j is linked only where it is a link', (text, expected) => {
  expect(shown(text)).toBe(expected);
});

const spicy = fc.array(
  fc.oneof(
    fc.constantFrom(
      '*',
      '_',
      '~',
      '`',
      '```',
      '\n',
      ' ',
      'a',
      'https://a.b/c',
      'x@y.zz',
      '+39 333 123 4567',
      'ж',
      '😀',
      '(',
      ')',
      '.',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
  ),
  { maxLength: 60 },
);

test('no character is lost, doubled or moved, whatever the text', () => {
  fc.assert(
    fc.property(spicy, (parts) => {
      const text = parts.join('');
      expect(
        format(text)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});

test('a link leads nowhere but http, https, mailto and tel', () => {
  fc.assert(
    fc.property(spicy, (parts) => {
      for (const { href } of format(parts.join('')))
        if (href) expect(href).toMatch(/^(https?:\/\/|mailto:|tel:\+)/i);
    }),
    { numRuns: 500 },
  );
});

test.each(['*', '_a', '`', '```', '*a ', 'a@', '+1', 'http://', '(', '`a`', '`\n', '*_~'])(
  'time grows with the length, not with its square: %j again and again',
  (part) => {
    const time = (length: number): number => {
      const text = part.repeat(Math.ceil(length / part.length)).slice(0, length);
      let best = Infinity;
      for (let run = 0; run < 3; run++) {
        const from = process.cpuUsage();
        format(text);
        const { user, system } = process.cpuUsage(from);
        best = Math.min(best, (user + system) / 1_000);
      }
      return best;
    };
    time(4_000);
    // Eight times the text: linear is 8, quadratic 64; noise of small figures is allowed for.
    expect(time(64_000)).toBeLessThan(Math.max(60, time(8_000) * 30));
  },
);

test('a preview is one line without marks', () => {
  expect(plainLine('*Hello*\n\n_there_')).toBe('Hello there');
});

test('only a few emoji and nothing else are shown large', () => {
  expect(['👍🎉', '❤️', '👨‍👩‍👧', '🇮🇹'].every(isJumbo)).toBe(true);
  const sequences = ['☝🏽', '👩🏽‍🚀', '🏳️‍🌈', '1️⃣', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '👍 🎉', '🇮🇹🇩🇪🇷🇺', '❤️‍🔥'];
  expect(sequences.filter((one) => !isJumbo(one))).toEqual([]);
  expect(['1', '👍 ok', '', '👍👍👍👍', '12', '#', '*', '🇮', '©', ' '].filter(isJumbo)).toEqual([]);
});
