import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** What no file of the widget may say, and why. Tests may, to show that it does not work. */
const laws: [RegExp, string][] = [
  [
    /\b(inner|outer)HTML\b|insertAdjacentHTML|\bsetHTML(Unsafe)?\b|document\.write|createContextualFragment/,
    'markup out of text',
  ],
  [/\beval\s*\(|\bnew Function\b|setTimeout\(\s*['"`]|setInterval\(\s*['"`]/, 'code out of text'],
  [/postMessage\([^)]*['"`]\*['"`]/, 'a message to whoever listens'],
  [/targetOrigin:\s*['"`]\*/, 'a message to whoever listens'],
  [/(window|self|globalThis)\.onmessage\s*=/, 'a message from whoever speaks'],
  [/createElement\(['"`](script|style|link)['"`]\)/, 'an element that strict policies refuse'],
  [/\.setAttribute\(\s*['"`](style|on\w+)['"`]/, 'an attribute that strict policies refuse'],
  [
    /(localStorage|sessionStorage)\.setItem\([^)]*(token|ticket|secret|password|csrf)/i,
    'a secret in storage',
  ],
  [/document\.cookie/, 'a cookie that scripts can read'],
  [/[?&](token|access_token|jwt|auth|authToken|session|csrf|password)=/i, 'a secret in an address'],
  [/searchParams\.(set|append)\(\s*['"`](token|jwt|auth|csrf|password)/i, 'a secret in an address'],
];
/** Where something of the kind is right. */
const exceptions: Record<string, RegExp> = {
  // The text of a snippet for the CRM's own files.
  'developers/snippets.ts': /createElement\('script'\)/,
  // The icon of the tab: policies look at its picture, and to ask leave of one would be to break it.
  'app/view/alert/icon-dot.ts': /createElement\('link'\)/,
};

const root = join(import.meta.dirname, '..');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.(ts|tsx|js|html)$/.test(name) && !/(^|\/)testing\/|\.test\.tsx?$/.test(name),
);

test('no file of the widget makes markup or code of text, speaks to everybody, or lets a secret lie about', () => {
  const broken: string[] = [];
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [index, line] of text.split('\n').entries()) {
      if (/^\s*(\/\/|\*|\/\*)/.test(line) || exceptions[file]?.test(line)) continue;
      for (const [law, what] of laws)
        if (law.test(line)) broken.push(`${file}:${index + 1} ${what}: ${line.trim()}`);
    }
  }
  expect(files.length).toBeGreaterThan(60);
  expect(broken).toEqual([]);
});

test('a line that breaks a law would be found', () => {
  const lines = [
    'box.innerHTML = text;',
    'window.parent.postMessage(hello, "*");',
    'eval(text);',
    'new Function("a");',
    'localStorage.setItem("token", token);',
    'new WebSocket(`${url}?token=${token}`);',
    'window.onmessage = hear;',
  ];
  for (const line of lines)
    expect(
      laws.some(([law]) => law.test(line)),
      line,
    ).toBe(true);
});
