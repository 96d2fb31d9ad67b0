import { find } from 'linkifyjs';
import { expect, test } from 'vitest';
import { finderFor } from './links.ts';

const links = (text: string, linkified?: typeof find): (string | undefined)[] =>
  finderFor([], linkified)(text).map(({ href }) => href);

test('bare and international domains, addresses and numbers are links, and a full stop between words is none', () => {
  expect(links('see example.com/a, почта.рф or anna@example.org', find)).toEqual([
    'https://example.com/a',
    'https://почта.рф',
    'mailto:anna@example.org',
  ]);
  expect(links('http://localhost:8080/x', find)).toEqual(['http://localhost:8080/x']);
  expect(links('call +39 333 123 4567', find)).toEqual(['tel:+393331234567']);
  expect(links('It ends here. Then it goes on: at 10:30', find)).toEqual([]);
});

test('until the list of domains is there, an address that is written out is a link all the same', () => {
  expect(links('https://example.com/a and example.com, +39 333 123 4567')).toEqual([
    'https://example.com/a',
    'tel:+393331234567',
  ]);
});

test('whom a Message names is found whether or not the list of domains is there', () => {
  const mentions = [{ digits: '39333', name: 'Anna', contactId: 1 }];
  for (const linkified of [undefined, find])
    expect(finderFor(mentions, linkified)('hello @39333')).toEqual([{ start: 6, end: 12, mention: 'Anna' }]);
});

test.each(['a.it ', '@1 ', '@1@12 ', 'a@b.it ', '+1234567 ', 'a.', '你.中国 ', 'http://a.it/('])(
  'a text of nothing but links and names takes time by its length, and few of them are shown: %j',
  (part) => {
    const mentions = ['1', '12'].map((digits) => ({ digits, name: 'Anna', contactId: 1 }));
    const finder = finderFor(mentions, find);
    let shown = 0;
    const time = (length: number): number => {
      const text = part.repeat(Math.ceil(length / part.length)).slice(0, length);
      let best = Infinity;
      for (let run = 0; run < 3; run++) {
        const from = process.cpuUsage();
        shown = finder(text).length;
        const { user, system } = process.cpuUsage(from);
        best = Math.min(best, (user + system) / 1_000);
      }
      return best;
    };
    time(4_000);
    // Eight times the text: linear is 8, quadratic 64; noise of small figures is allowed for.
    expect(time(64_000)).toBeLessThan(Math.max(150, time(8_000) * 30));
    expect(shown).toBeLessThanOrEqual(300);
  },
);
