import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { buildWidget } from './testing/build.ts';
import { findChromium } from './testing/chromium.ts';
import { aFile } from './testing/every-kind.ts';
import { aChat, aMessage } from './testing/rows.ts';
import { TinyServer } from './testing/tiny-server.ts';

const trap = 'window.__pwned=1';
const hostile = [
  `<script>${trap}</script>`,
  `<img src=x onerror="${trap}">`,
  `<svg/onload=${trap}>`,
  `"><iframe srcdoc="<script>parent.${trap.slice(7)}</script>"></iframe>`,
  `</textarea></style><script>${trap}</script>`,
  `[x](javascript:${trap}) javascript:${trap} jAvAsCrIpT:${trap} java\tscript:${trap} data:text/html,<script>${trap}</script>`,
  `https://example.com/"onmouseover="${trap}`,
  `*<b onclick=${trap}>bold</b>* \`<u>\` {{constructor.constructor('${trap}')()}}`,
  `\u202Etxt.exe\u202C ${'e\u0301\u0302\u0303'.repeat(50)} ${'😀'.repeat(50)} \u200B\uFEFF`,
];

test('nothing that a stranger wrote runs, adds an element or leads to a script: messages, names, files', async () => {
  await using built = await buildWidget();
  await using server = await TinyServer.start(built.folder);
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  try {
    const now = Date.now();
    const all = hostile.join('\n');
    server.commit({
      chats: [
        aChat({
          id: 1,
          name: hostile.slice(0, 4).join(' '),
          last: { body: all, type: 'text', at: now, fromMe: false, ack: 0, revoked: false },
        }),
      ],
      messages: [
        ...hostile.map((body, index) =>
          aMessage({
            id: index + 1,
            at: now - 60_000 + index,
            body,
            sender: { contactId: 1, name: body.slice(0, 100), phone: null },
          }),
        ),
        aMessage({
          id: 50,
          at: now,
          type: 'document',
          body: hostile[1]!,
          media: aFile({ mime: 'application/pdf', fileName: `${hostile[1]!}.pdf` }),
        }),
        aMessage({ id: 51, at: now + 1, body: 'the last one' }),
      ],
    });
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(`${server.url}/widget/host/strict-csp/index.html`);
    await page.locator('.launcher').click();
    await page.locator('input[name=email]').fill('marta@example.com');
    await page.locator('input[name=password]').fill('secret');
    await page.keyboard.press('Enter');
    await page.getByRole('option').first().click();
    await page.locator('article').getByText('the last one').waitFor();
    await page.locator('article').first().hover();

    // Shown as it was written, first of all.
    await page.locator('article').getByText(hostile[1]!).first().waitFor();
    const seen = await page.evaluate(() => {
      const root = document.querySelector('chatdock-widget')!.shadowRoot!;
      const elements = [...root.querySelectorAll('*')];
      return {
        pwned: '__pwned' in globalThis,
        strange: elements
          .map((element) => element.localName)
          .filter((name) => ['script', 'iframe', 'object', 'embed', 'base', 'meta', 'link'].includes(name)),
        handlers: elements.flatMap((element) =>
          element.getAttributeNames().filter((name) => name.startsWith('on')),
        ),
        links: [...root.querySelectorAll('a[href]')].map((link) => [
          (link as HTMLAnchorElement).protocol,
          link.getAttribute('rel') ?? '',
        ]),
        images: [...root.querySelectorAll('img')].map((image) => image.getAttribute('src')),
      };
    });
    expect(seen).toMatchObject({ pwned: false, strange: [], handlers: [] });
    expect(seen.images.filter((src) => src === 'x')).toEqual([]);
    expect(seen.links.length).toBeGreaterThan(0);
    for (const [protocol, rel] of seen.links) {
      expect(protocol).toMatch(/^(https?|mailto|tel):$/);
      expect(rel).toContain('noopener');
    }
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});

/**
 * What pages have done to the globals before we come: libraries of long ago that give every object, list and text methods of
 * theirs, wrappers that watch, lists that say of themselves what JSON they are, elements that stand where the window or the
 * document has something else.
 */
function poison(): void {
  const theirs =
    'each extend first last clone size without item pluck inject capitalize stripTags escapeHTML observe fire select rows next cursor token csrf agent';
  for (const proto of [
    Object.prototype,
    Array.prototype,
    String.prototype,
    Function.prototype,
    Element.prototype,
  ] as object[])
    for (const name of theirs.split(' '))
      // Assigned, so that it comes up wherever somebody walks over an object.
      if (!(name in proto)) (proto as Record<string, unknown>)[name] = () => 'theirs';
  const lists = Array.prototype as unknown as Record<string, unknown>;
  lists['toJSON'] = function (this: unknown[]) {
    return `[${this.map(String).join(', ')}]`;
  };
  for (const name of ['map', 'filter', 'find', 'some', 'includes', 'flatMap']) {
    const real = lists[name] as (...given: unknown[]) => unknown;
    lists[name] = function (this: unknown, ...given: unknown[]) {
      return real.apply(this, given);
    };
  }
  const { fetch: realFetch, Promise: RealPromise } = window;
  window.fetch = function (...given) {
    return realFetch.apply(this, given);
  };
  window.Promise = class extends RealPromise<never> {} as typeof Promise;
  Math.random = () => 0.5;
  const clobber = (): void => {
    const box = document.createElement('div');
    for (const name of 'Chatdock WhatsAppWidget title location cookie name status history search filter close open crypto customElements'.split(
      ' ',
    ))
      for (const tag of ['img', 'form', 'a']) {
        const one = document.createElement(tag);
        one.id = name;
        one.setAttribute('name', name);
        box.append(one);
      }
    document.documentElement.append(box);
  };
  new MutationObserver((_changes, observer) => {
    if (!document.documentElement) return;
    observer.disconnect();
    clobber();
  }).observe(document, { childList: true });
}

test('a page whose globals were bent by others long ago has the widget all the same', async () => {
  await using built = await buildWidget();
  await using server = await TinyServer.start(built.folder);
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  try {
    server.commit({
      chats: [aChat({ id: 1, name: 'Anna' })],
      messages: [aMessage({ id: 1, at: Date.now(), body: 'hello there' })],
    });
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.addInitScript(poison);
    await page.goto(`${server.url}/widget/host/plain/index.html`);
    // Lest nothing was bent at all.
    expect(await page.evaluate('[({}).each(), JSON.stringify([1]), window.cookie.length]')).toEqual([
      'theirs',
      '"[1]"',
      3,
    ]);
    await page.locator('.launcher').click();
    await page.locator('input[name=email]').fill('marta@example.com');
    await page.locator('input[name=password]').fill('secret');
    await page.keyboard.press('Enter');
    await page.getByRole('option').first().click();
    await page.locator('article').getByText('hello there').waitFor();
    await page.getByRole('textbox').last().fill('an answer');
    await page.keyboard.press('Enter');
    await page.locator('article').getByText('an answer').waitFor();
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});
