import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildWidget } from './testing/build.ts';
import { engines, type EngineUnderTest, type Tab } from './testing/engines.ts';
import { HostSite, plainAddress } from './testing/host-site.ts';
import { espoScript, hostCases } from './testing/hosts.ts';
import { aChat, aMessage } from './testing/rows.ts';
import { TinyServer } from './testing/tiny-server.ts';

let built: Awaited<ReturnType<typeof buildWidget>>;
beforeAll(async () => void (built = await buildWidget()));
afterAll(async () => built?.[Symbol.asyncDispose]());

/** The middle of something inside the widget, once it is there, at rest for three frames, and what a click there meets. */
const place = (selector: string): string => `new Promise((done, fail) => {
  let last = '', rests = 0, left = 3_000;
  const look = () => {
    const root = document.querySelector('chatdock-widget')?.shadowRoot;
    const found = Array.from(root?.querySelectorAll(${JSON.stringify(selector)}) ?? []).at(-1);
    const { x, y, width, height } = found?.getBoundingClientRect() ?? { x: 0, y: 0, width: 0, height: 0 };
    const at = { x: x + width / 2, y: y + height / 2 };
    const now = [x, y, width, height].join();
    rests = width && now === last && found.contains(root.elementFromPoint(at.x, at.y)) ? rests + 1 : 0;
    if (rests === 3) done(at);
    else if (!left--) fail(new Error('there is no ' + ${JSON.stringify(selector)}));
    else { last = now; requestAnimationFrame(() => setTimeout(look, 10)); }
  };
  look();
})`;
/** But for the picture in the window's title, which WebKit asks the page's site for by itself, and when it likes. */
const watchPolicy = `(() => {
  globalThis.refused = [];
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    if (blockedURI !== location.origin + '/favicon.ico') refused.push(effectiveDirective + ' ' + blockedURI);
  });
})()`;

async function clickOn(tab: Tab, selector: string): Promise<void> {
  const { x, y } = await tab.run<{ x: number; y: number }>(place(selector));
  await tab.click(x, y);
}

async function until(tab: Tab, expression: string): Promise<void> {
  await tab.run(`new Promise((done, fail) => {
    let left = 3_000;
    const look = () => (${expression}) ? done(true) : left-- ? setTimeout(look, 30) : fail(new Error(${JSON.stringify(expression)}));
    look();
  })`);
}

for (const [name, engine] of Object.entries(engines)) {
  if ('missing' in engine) {
    test(`${name}: not here, ${engine.missing}`, () => {
      // Said in the report's own line: this part of the matrix was not run.
      expect(engine.missing).not.toBe('');
    });
    continue;
  }
  describe(`${name}: an agent opens, signs in and writes on a page with`, () => {
    let running: EngineUnderTest;
    beforeAll(async () => void (running = await engine.start()));
    afterAll(async () => running?.[Symbol.asyncDispose]());

    for (const { name: host, page, before, isPlain } of hostCases) {
      test(host, async (context) => {
        const address = plainAddress();
        if (isPlain && !address) return context.skip('this machine has no address of a network');
        await using server = await TinyServer.start(built.folder, isPlain ? '0.0.0.0' : '127.0.0.1');
        // An origin nobody has been on: nothing is remembered there.
        await using site = await HostSite.start();
        server.commit({ chats: [aChat({ id: 1 })], messages: [aMessage({ id: 1, body: 'Good day' })] });
        const origin = isPlain ? server.url.replace('127.0.0.1', address!) : server.url;
        site.scripts.set('/client/custom/chatdock.js', espoScript(origin));
        site.pages.set('/', page(origin));
        const tab = await running.newTab();
        await using _ = { [Symbol.asyncDispose]: () => tab.close() };
        await tab.go(isPlain ? `${origin}/widget/host/plain/index.html` : `${site.url}/`);
        await tab.run(watchPolicy);
        await clickOn(tab, '.launcher');
        await clickOn(tab, 'input[name=email]');
        if (before) await tab.run(`(() => { ${before} })()`);
        await clickOn(tab, 'input[name=email]');
        await tab.type('marta@example.com');
        await clickOn(tab, 'input[name=password]');
        await tab.type('secret');
        await tab.press('Enter');
        await clickOn(tab, '[role=option]');
        await clickOn(tab, 'textarea');
        await tab.type('Ciao bella');
        await until(
          tab,
          `document.querySelector('chatdock-widget').shadowRoot.activeElement?.value === 'Ciao bella'`,
        );
        await tab.press('Enter');
        await until(
          tab,
          `document.querySelector('chatdock-widget').shadowRoot.querySelector('article.mine')?.textContent.includes('Ciao bella')`,
        );
        const seen = await tab.run<Record<string, unknown>>(`({
          refused: globalThis.refused, keys: document.querySelector('#keys')?.textContent ?? '',
          widgets: document.querySelectorAll('chatdock-widget').length, isSecure: isSecureContext,
          state: await Chatdock.getState(),
        })`);
        expect(seen).toMatchObject({ refused: [], keys: '', widgets: 1, isSecure: !isPlain });
        expect(seen['state']).toMatchObject({ isOpen: true, isSignedIn: true, mode: 'shadow' });
        // The message is on the screen before the server has heard of it.
        await expect
          .poll(() => server.told.filter(({ what }) => what === 'POST /chats/1/messages'))
          .toMatchObject([{ body: { body: 'Ciao bella' } }]);
        const report = await tab.run<{ checks: { id: string; state: string; says: string }[] }>(
          'await Chatdock.doctor()',
        );
        expect(report.checks.filter(({ state }) => state === 'fail')).toEqual([]);
        if (isPlain)
          expect(report.checks.find(({ id }) => id === 'secure-context')).toMatchObject({ state: 'warn' });
      });
    }
  });
}
