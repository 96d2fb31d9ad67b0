import { expect, test } from 'vitest';
import { readHead } from './read-head.ts';

test.each([
  ['the title of the window', '<title>Bici blu</title>', { title: 'Bici blu' }],
  [
    'what it tells networks before what stands in the window',
    '<title>Shop | Bici</title><meta property="og:title" content="Bici blu"><meta name="description" content="b"><meta property="og:description" content="Come nuova">',
    { title: 'Bici blu', description: 'Come nuova' },
  ],
  [
    'any order, quotes, case and spacing',
    "<META  content='Una bici' NAME=Description ><meta content=Bici property=og:title />",
    { title: 'Bici', description: 'Una bici' },
  ],
  [
    'letters written as names and numbers',
    '<title>Citt&agrave; &#8211; l&rsquo;et&#xE0; &amp;lt; &nix; &#0;</title>',
    { title: 'Città – l’età &lt; &nix; \ufffd' },
  ],
  [
    'one line, without what steers or turns what stands after it',
    '<title>\n  a\tb\u202e  c\u0007\u2066 </title>',
    { title: 'a b c' },
  ],
  [
    'not what stands in comments, scripts, styles and drawings',
    '<!-- <title>no</title> --><script>"<title>no</title>"</script><style>/*<title>no*/</style><svg><title>no</title></svg><title>yes</title>',
    { title: 'yes' },
  ],
  ['nothing behind the head', '<head></head><title>no</title>', {}],
  ['nothing of the body', '<body><meta property="og:title" content="no">', {}],
  ['the first of two', '<title>one</title><title>two</title>', { title: 'one' }],
  ['an empty one is none', '<meta property="og:title" content="  "><title>one</title>', { title: 'one' }],
  [
    'tags in a title are words',
    '<title><b>bold</b> &lt;script&gt;</title>',
    { title: '<b>bold</b> <script>' },
  ],
  ['open ends', '<title>never closed', { title: 'never closed' }],
  ['no page at all', '\u0000\u0001<<<><a<!--', {}],
])('of a page is read: %s', (_, html, words) => {
  expect(readHead(html)).toEqual(words);
});

test('long words are cut at the end of one, and not inside a character', () => {
  const { title, description } = readHead(
    `<title>${'wort '.repeat(100)}</title><meta name=description content="${'😀'.repeat(400)}">`,
  );
  expect(title).toMatch(/^(?:wort )+wort…$/);
  expect(title!.length).toBeLessThanOrEqual(200);
  expect(description).toMatch(/^(?:😀)+…$/u);
  expect(description!.length).toBeLessThanOrEqual(300);
});

test('a page made to be slow to read is read all the same: what walks it twice would take minutes', () => {
  const pieces = [
    '<',
    '<meta ',
    '<meta a="',
    "<meta a='",
    '<title ',
    '<!--',
    '<script>',
    '&',
    '<meta x=y ',
    '</',
  ];
  for (const piece of pieces) {
    const html = piece.repeat(Math.ceil(100_000 / piece.length));
    expect(Object.keys(readHead(html)), piece).toEqual([]);
    expect(readHead(`<title>x</title>${html}`).title, piece).toBe('x');
  }
});
