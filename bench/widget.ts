import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright';
import { buildWidget } from '../widget/testing/build.ts';
import { findWholeChromium } from '../widget/testing/chromium.ts';
import { aChat, aMessage } from '../widget/testing/rows.ts';
import { TinyServer } from '../widget/testing/tiny-server.ts';
import { print, watchOthers, type Figure, type Taken } from './widget/figures.ts';
import { bareHtml, instruments, type BenchWindow } from './widget/in-page.ts';
import { record, type Painted, type Recording } from './widget/trace.ts';

/**
 * `npm run bench:widget [-- open|talk|failover …]`: what an Agent feels, in a real Chromium with the built widget, beside a
 * bare page that does the same. The server is the tests' tiny one, so the figures are the widget's own. Wall time is what is
 * promised; CPU time of the page's main thread says the same on a machine that others use.
 */
const messagesOpen = 200;
const size = { width: 460, height: 900 };
/** Far from the ids the server gives to what is sent. */
let lastId = 100_000;
let lastText = 0;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** A page with the instruments, and how to record it. */
interface Stage {
  page: Page;
  field: ReturnType<Page['locator']>;
  client: CDPSession;
}

async function aPage(context: BrowserContext, server: TinyServer): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.url}/widget/host/plain/index.html`);
  return page;
}

async function signIn(page: Page): Promise<void> {
  await page.locator('.launcher').click();
  await page.locator('input[name=email]').fill('marta@example.com');
  await page.locator('input[name=password]').fill('secret');
  await page.keyboard.press('Enter');
  await page.getByRole('option').first().click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.locator('.bubble').last().waitFor();
}

async function aStage(context: BrowserContext, page: Page): Promise<Stage> {
  return { page, field: page.locator('textarea'), client: await context.newCDPSession(page) };
}

async function barePage(context: BrowserContext, server: TinyServer): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.url}/widget/bare.html`);
  return page;
}

/** From `act` in the page until the field has the focus and a frame shows it. */
async function untilFocused(
  { page, client }: Stage,
  act: 'launcher' | 'openChat' | 'warm' | 'cold',
): Promise<Painted> {
  const { painted } = await record(client, () =>
    page.evaluate(async (how) => {
      const host = document.querySelector('chatdock-widget');
      const bench = window as unknown as BenchWindow &
        Record<string, () => void> & { Chatdock: { openChat(target: string): void } };
      bench.mark('heard', how);
      if (how === 'launcher') host!.shadowRoot!.querySelector<HTMLElement>('.launcher')!.click();
      else if (how === 'openChat') bench.Chatdock.openChat('393331234567');
      else bench[how]!();
      while ((host?.shadowRoot ?? document).activeElement?.localName !== 'textarea')
        await new Promise(requestAnimationFrame);
      bench.mark('there', how);
      await new Promise(requestAnimationFrame);
      await new Promise((done) => setTimeout(done, 100));
    }, act),
  );
  return painted.find(({ text }) => text === act)!;
}

const take = (list: readonly Painted[], since: (one: Painted) => number = (one) => one.heardAt): Taken => ({
  wall: list.map((one) => one.paintedAt - since(one)),
  cpu: list.map(({ cpuMs }) => cpuMs).filter((cpu) => !Number.isNaN(cpu)),
});

/** As the product does: a Message comes with the row of its Chat. */
function write(server: TinyServer, text: string): number {
  const at = Date.now();
  server.commit({
    messages: [aMessage({ id: ++lastId, at, body: text })],
    chats: [
      {
        ...server.chats.get(1)!,
        last: { body: text, type: 'text', at, fromMe: false, ack: 0, revoked: false },
      },
    ],
  });
  return at;
}

/** Waits until as many of a kind are in the page as were written. */
const untilShown = (page: Page, texts: readonly string[]): Promise<unknown> =>
  page.waitForFunction(
    (wanted) => wanted.every((text) => (window as unknown as BenchWindow).shown.includes(text)),
    texts,
    { timeout: 30_000 },
  );

/** Commits Messages one by one; from each until it was painted. */
async function arrive(
  { page, client }: Stage,
  server: TinyServer,
  kind: 'push' | 'poll',
  count: number,
  everyMs: number,
): Promise<Taken> {
  const sent = new Map<string, number>();
  const { painted } = await record(client, async () => {
    for (let n = 0; n < count; n++) {
      const text = `${kind}-${lastText++}`;
      sent.set(text, write(server, `${text};`));
      await pause(everyMs);
    }
    await untilShown(page, Array.from(sent.keys()));
    await pause(200);
  });
  return take(
    painted.filter(({ text }) => sent.has(text)),
    ({ text }) => sent.get(text)!,
  );
}

async function send({ page, field, client }: Stage, count: number): Promise<Taken> {
  const texts: string[] = [];
  const { painted } = await record(client, async () => {
    for (let n = 0; n < count; n++) {
      const text = `send-${lastText++}`;
      texts.push(text);
      await field.fill(`${text};`);
      await field.press('Enter');
      await pause(30);
    }
    await untilShown(page, texts);
    await pause(200);
  });
  return take(painted.filter(({ text }) => texts.includes(text)));
}

/** A hundred Messages a second for five seconds on a machine four times slower. */
async function burst({ page, client }: Stage, server: TinyServer): Promise<Taken> {
  await client.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await pause(500);
  await page.evaluate(() => void ((window as unknown as BenchWindow).longest.length = 0));
  const { tasks }: Recording = await record(client, async () => {
    await page.evaluate(() => (window as unknown as BenchWindow).mark('heard', 'begin'));
    const first = lastText;
    for (const start = performance.now(), total = 500; ;) {
      const due = Math.min(total, Math.floor((performance.now() - start) / 10));
      while (lastText - first < due) write(server, `burst-${lastText++};`);
      if (due === total) break;
      await pause(5);
    }
    await pause(1_500);
  });
  const wall = await page.evaluate(() => (window as unknown as BenchWindow).longest);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  const cpu = tasks.map(({ cpuMs }) => cpuMs).filter((ms) => ms > 1);
  return { wall: wall.length ? wall : [0], cpu, tasks };
}

const both = (one: Taken, other: Taken): Taken => ({
  wall: [...one.wall, ...other.wall],
  cpu: [...one.cpu, ...other.cpu],
  tasks: [...(one.tasks ?? []), ...(other.tasks ?? [])],
});
const nothing: Taken = { wall: [], cpu: [] };

async function measureOpen(browser: Browser, server: TinyServer): Promise<Figure[]> {
  const times = { warm: nothing, cold: nothing, bareWarm: nothing, bareCold: nothing };
  const others = await watchOthers(browser);
  for (let round = 0; round < 6; round++) {
    const context = await browser.newContext({ viewport: size });
    await context.addInitScript(instruments);
    const known = await aStage(context, await aPage(context, server));
    await signIn(known.page);
    await known.page.keyboard.press('Escape');
    for (let n = 0; n < 3; n++) {
      if (await known.page.locator('.panel').isVisible())
        await known.page.locator('.launcher').evaluate((one) => (one as HTMLElement).click());
      await known.page.locator('.panel').waitFor({ state: 'hidden' });
      times.warm = both(times.warm, take([await untilFocused(known, 'launcher')]));
    }
    const bare = await aStage(context, await barePage(context, server));
    times.bareWarm = both(times.bareWarm, take([await untilFocused(bare, 'warm')]));
    const again = await aStage(context, await barePage(context, server));
    times.bareCold = both(times.bareCold, take([await untilFocused(again, 'cold')]));
    await context.close();
    const fresh = await browser.newContext({ viewport: size });
    await fresh.addInitScript(instruments);
    // The page was given a cookie before: no sign-in is in the way.
    await fresh.addInitScript(
      (host) => localStorage.setItem(`chatdock:signed-in:${host}`, 'yes'),
      server.url,
    );
    server.isSignedIn = true;
    // Nor is the app: a page that has nothing to do brings it, and then this would be no cold opening.
    await fresh.addInitScript(() => (window.requestIdleCallback = () => 0));
    const page = await fresh.newPage();
    await page.goto(`${server.url}/widget/host/crm/index.html`);
    await page.locator('.launcher').waitFor();
    await page.evaluate(() =>
      (window as unknown as { Chatdock: { getState(): Promise<unknown> } }).Chatdock.getState(),
    );
    times.cold = both(times.cold, take([await untilFocused(await aStage(fresh, page), 'openChat')]));
    await fresh.close();
  }
  const share = await others();
  return [
    {
      what: 'click → composer focused, warm',
      goalMs: 100,
      product: times.warm,
      limit: times.bareWarm,
      percent: 95,
      others: share,
    },
    {
      what: 'openChat → composer focused, cold',
      goalMs: 200,
      product: times.cold,
      limit: times.bareCold,
      percent: 95,
      others: share,
    },
  ];
}

async function measureTalk(browser: Browser, server: TinyServer): Promise<Figure[]> {
  const context = await browser.newContext({ viewport: size });
  await context.addInitScript(instruments);
  const chat = await aStage(context, await aPage(context, server));
  await signIn(chat.page);
  const bare = await aStage(context, await barePage(context, server));
  await bare.page.evaluate(() => (window as unknown as { warm(): void }).warm());
  const figures: Figure[] = [];
  /** In turns, so that a slow minute slows both. */
  const inTurns = async (
    figure: Pick<Figure, 'what' | 'goalMs' | 'percent'>,
    rounds: number,
    work: (stage: Stage) => Promise<Taken>,
    hasLimit = true,
  ): Promise<void> => {
    const others = await watchOthers(browser);
    let product = nothing;
    let limit = nothing;
    for (let round = 0; round < rounds; round++) {
      await chat.page.bringToFront();
      product = both(product, await work(chat));
      if (!hasLimit) continue;
      await bare.page.bringToFront();
      limit = both(limit, await work(bare));
    }
    figures.push({ ...figure, product, ...(hasLimit ? { limit } : {}), others: await others() });
  };
  await chat.page.bringToFront();
  await send(chat, 10);
  await inTurns({ what: 'Enter → bubble painted', goalMs: 50, percent: 95 }, 4, (stage) => send(stage, 10));
  await inTurns({ what: 'push → painted', goalMs: 100, percent: 95 }, 3, (stage) =>
    arrive(stage, server, 'push', 20, 60),
  );
  await inTurns(
    { what: '100 messages a second at 4× CPU: longest task', goalMs: 50, percent: 100 },
    1,
    (stage) => burst(stage, server),
  );
  await bare.page.close();
  server.refusesSockets = true;
  server.cut();
  await pause(1_500);
  await inTurns(
    { what: 'polling → painted', goalMs: 1_500, percent: 95 },
    1,
    (stage) => arrive(stage, server, 'poll', 12, 730),
    false,
  );
  server.refusesSockets = false;
  await context.close();
  return figures;
}

async function measureFailover(browser: Browser, server: TinyServer): Promise<Figure[]> {
  const wall: number[] = [];
  const others = await watchOthers(browser);
  const context = await browser.newContext({ viewport: { width: 460, height: 900 } });
  await context.addInitScript(instruments);
  let tabs: Page[] = [];
  for (let n = 0; n < 4; n++) {
    const page = await aPage(context, server);
    await signIn(page);
    tabs.push(page);
  }
  const leader = async (): Promise<Page> => {
    for (;;) {
      const leads = await Promise.all(
        tabs.map((tab) =>
          tab.evaluate(() => (window as unknown as BenchWindow).sockets.some((one) => one.readyState === 1)),
        ),
      );
      const at = leads.indexOf(true);
      if (at !== -1) return tabs[at]!;
      await pause(5);
    }
  };
  while (tabs.length > 1) {
    const dying = await leader();
    const client = await context.newCDPSession(dying);
    const gone = new Promise((done) => dying.once('crash', done));
    const start = performance.now();
    void client.send('Page.crash').catch(() => undefined);
    await gone;
    tabs = tabs.filter((tab) => tab !== dying);
    await leader();
    wall.push(performance.now() - start);
  }
  const share = await others();
  await context.close();
  return [
    {
      what: 'the leading tab crashes → another has the socket',
      goalMs: 2_000,
      product: { wall, cpu: [] },
      percent: 100,
      others: share,
    },
  ];
}

const parts = { open: measureOpen, talk: measureTalk, failover: measureFailover };

async function main(): Promise<number> {
  await using built = await buildWidget();
  // By the server itself: Chromium keeps a page that was made up from the local network.
  await writeFile(join(built.folder, 'bare.html'), bareHtml);
  await using server = await TinyServer.start(built.folder);
  const now = Date.now();
  server.commit({
    chats: Array.from({ length: 40 }, (_, n) =>
      aChat({
        id: n + 1,
        name: `Chat ${n + 1}`,
        last: { body: 'Hi', type: 'text', at: now - n, fromMe: false, ack: 0, revoked: false },
      }),
    ),
    messages: Array.from({ length: messagesOpen }, (_, n) =>
      aMessage({ id: n + 1, at: now - (messagesOpen - n) * 60_000, body: `Message ${n}` }),
    ),
  });
  server.instead.set('POST /inboxes/1/chats', () => ({ status: 200, body: server.chats.get(1) }));
  const browser = await chromium.launch({ executablePath: findWholeChromium(), args: ['--no-sandbox'] });
  try {
    const asked = process.argv.slice(2);
    const figures: Figure[] = [];
    for (const [name, measure] of Object.entries(parts))
      if (!asked.length || asked.includes(name)) figures.push(...(await measure(browser, server)));
    return print(figures) ? 1 : 0;
  } finally {
    await browser.close();
  }
}

process.exitCode = await main();
