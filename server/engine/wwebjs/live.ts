import { once } from 'node:events';
import { toAddress, type Address } from '../../contract/address.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import type { SessionReport } from '../../contract/session-state.ts';
import { firstLine, trouble } from '../../engine-child/trouble.ts';
import { makeClient, untyped, type Client, type Page } from './client.ts';
import { GroupWatch } from './group-watch.ts';
import { decodeBlockList, decodeChat, decodeStar } from './decode.ts';
import { decodeVote } from './decode-vote.ts';
import { Lids } from './lids.ts';
import { Linking } from './linking.ts';
import { listenTo } from './listen.ts';
import { askGroup, askPair, askReceipts, lookUpPairs } from './look-up.ts';
import { tellChat, tellPair } from './one-person.ts';
import { kickSynced, lookAtPage, readMe, type PageLook } from './page-calls.ts';
import { watchPage } from './page-watch.ts';
import { Patience } from './patience.ts';
import type { FromChild, StartOrder } from './protocol.ts';
import { canReach } from './reach.ts';
import { isNavigation, socketTrouble, startTrouble } from './trouble.ts';
import { within } from './time-limit.ts';

const lookLimitMs = 10_000;
const lookEveryMs = 1_000;
/** Two looks without an answer are the end of a working page: within 30 s. */
const heartbeatMs = 9_000;
const answerLimitMs = 20_000;
const reachLimitMs = 5_000;
const openingLimitMs = 60_000;
const quietSyncLimitMs = 180_000;

type Phase = 'loading' | 'pairing' | 'syncing' | 'working' | 'ended';

/**
 * One life of the library and its browser: from launch to a final report, after which it must be stopped. The
 * library's events only hint; what counts is what the page looks like, and that is looked at again and again.
 */
export class Live {
  readonly client: Client;
  readonly linking: Linking;
  readonly lids: Lids;
  readonly groups: GroupWatch;
  me: Address[] = [];
  phase: Phase = 'loading';
  #say: (what: FromChild) => void;
  #events: EngineEvent[] = [];
  #running: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #injecting: Promise<void> | undefined;
  #initialized = false;
  /** When the page was asked for, and whether something of it has come, or its server can at least be reached. */
  #asked: { url: string; at: number } | undefined;
  #answered = false;
  #isReached = false;
  /** Since when the phase stands still. */
  #since = Date.now();
  #syncedSince = 0;
  #kicks = 0;
  #patience = new Patience();
  #reported = '';
  /** What to report when a passing trouble is over. */
  #working: SessionReport | undefined;

  constructor(order: StartOrder, say: (what: FromChild) => void) {
    this.#say = say;
    this.client = makeClient(order, () => this.#launched());
    this.linking = new Linking(this.client, order.pairWith, (report) => this.report(report));
    this.lids = new Lids({
      look: (addresses) => lookUpPairs(this, addresses),
      ask: (address) => askPair(this, address),
      tell: (pair) => tellPair(this, pair),
    });
    this.groups = new GroupWatch({
      receipts: (message) => askReceipts(this, message),
      group: (chat) => askGroup(this, chat),
      tell: (event) => this.tell(event),
    });
    listenTo(this);
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Closes the browser, also one that is still being launched. Settles within about 10 s. */
  async stop(): Promise<void> {
    this.phase = 'ended';
    this.lids.close();
    this.groups.close();
    clearTimeout(this.#timer);
    await within(5_000, 'closing the browser', this.client.destroy()).catch(() => {});
    // A launch under way finds the phase ended, closes what it opened, and only then settles.
    await within(8_000, 'the end of the start', this.#running).catch(() => {});
    // The library itself may have begun to close it, and then says "closed" while credentials are being written.
    const browser = this.client.pupBrowser?.process();
    if (!browser || browser.exitCode !== null || browser.signalCode !== null) return;
    await within(3_000, 'the end of the browser', once(browser, 'exit')).catch(() => {});
  }

  async #run(): Promise<void> {
    try {
      await this.client.initialize();
    } catch (error) {
      if (this.phase === 'ended') return;
      if (!this.client.pupPage || !isNavigation(error)) return this.end(startTrouble(error));
    }
    this.#initialized = true;
    const page = this.page;
    if (!page || this.phase === 'ended') return;
    // The library would inject itself once for every frame that goes anywhere, throw where nobody catches, and
    // delete the profile of a running browser on log-out. It is our handler that decides.
    page.removeAllListeners('framenavigated');
    page.on('framenavigated', (frame) => this.#navigated(frame));
    const look = await this.#look().catch(() => undefined);
    if (look && !look.listening) await this.#inject();
  }

  async #launched(): Promise<void> {
    const { pupBrowser: browser, pupPage: page } = this.client;
    if (!browser || !page) throw new Error('no page');
    closeOnce(browser);
    if (this.phase === 'ended') {
      await browser.close();
      throw new Error('stopped while starting');
    }
    browser.on('disconnected', () => this.end(trouble('lost', 'browser-crashed', 'retry')));
    page.on('error', (error) => this.end(trouble('lost', 'page-crashed', 'retry', firstLine(error))));
    page.on('close', () => this.end(trouble('lost', 'page-crashed', 'retry', 'the page was closed')));
    page.on('framenavigated', (frame) => this.#navigated(frame));
    page.on('request', (request) => {
      if (request.isNavigationRequest()) this.#asked ??= { url: request.url(), at: Date.now() };
    });
    page.on('response', (response) => {
      if (response.request().isNavigationRequest()) this.#answered = true;
    });
    // Taken before the library takes it: its own asks WhatsApp for the whole chat each time a number changes.
    await page.exposeFunction('onChatUnreadCountEvent', (chat: unknown) => {
      const event = decodeChat(chat);
      if (event) tellChat(this, event);
    });
    // Likewise: its own throws where the poll is not at hand.
    await page.exposeFunction('onPollVoteEvent', (votes: unknown) => {
      for (const vote of Array.isArray(votes) ? votes : []) {
        const event = decodeVote(vote, this.me, Date.now());
        if (event) this.tell(event);
      }
    });
    await page.exposeFunction('onPageChange', (what: unknown, model: unknown) => {
      if (what === 'chat') {
        const event = decodeChat(model);
        return event && tellChat(this, event);
      }
      if (what === 'blocked') return this.tell(decodeBlockList(model));
      const event = decodeStar(model, Date.now());
      return event && this.tell(event);
    });
    this.#move('loading');
  }

  get page(): Page | undefined {
    return this.client.pupPage;
  }

  #navigated(frame: ReturnType<Page['mainFrame']>): void {
    if (this.phase === 'ended' || frame !== this.page?.mainFrame()) return;
    if (frame.url().includes('post_logout=1') || untyped(this.client).lastLoggedOut) return this.loggedOut();
    if (!this.#initialized) return;
    if (frame.url().startsWith('chrome-error:'))
      return this.end(trouble('lost', 'no-internet', 'retry', 'the page could not be loaded again'));
    this.#again();
    void this.#inject();
  }

  /** The page has nothing of the library on it any more. */
  #again(): void {
    this.log('info', 'the page loaded itself again');
    if (this.phase === 'working')
      this.report({ state: 'syncing', code: 'none', action: 'wait', progress: 0 });
    this.#move('loading');
  }

  loggedOut(): void {
    this.end(trouble('logged-out', 'logged-out-on-phone', 'pair-again'));
  }

  /** Puts the library's listeners on the page; one at a time. */
  #inject(): Promise<void> {
    this.#injecting ??= untyped(this.client)
      .inject()
      .catch((error: unknown) => {
        if (isNavigation(error)) return;
        if (firstLine(error) === 'auth timeout')
          return this.end(trouble('lost', 'no-internet', 'retry', 'the page did not load'));
        this.log('warn', `inject: ${firstLine(error)}`);
      })
      .finally(() => {
        this.#injecting = undefined;
      });
    return this.#injecting;
  }

  #move(phase: Phase): void {
    if (this.phase === 'ended') return;
    if (phase !== this.phase) {
      this.#syncedSince = 0;
      this.#kicks = 0;
    }
    this.phase = phase;
    this.#since = Date.now();
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.phase === 'ended') return;
    const wait = this.phase === 'working' && !this.#patience.isTried ? heartbeatMs : lookEveryMs;
    this.#timer = setTimeout(() => void this.#tick(), wait);
  }

  async #look(): Promise<PageLook> {
    const page = this.page;
    if (!page) throw new Error('no page');
    return within(lookLimitMs, 'looking at the page', page.evaluate(lookAtPage));
  }

  async #tick(): Promise<void> {
    if (this.#looking || this.phase === 'ended') return;
    this.#looking = true;
    try {
      const stood = Date.now() - this.#since;
      if (this.phase === 'loading' && !this.#answered) return await this.#awaitAnswer();
      this.#patience.asked();
      const look = await this.#look();
      this.#patience.answered();
      this.#judge(look, stood);
    } catch (error) {
      this.#missed(error);
    } finally {
      this.#looking = false;
      this.#schedule();
    }
  }

  /** Nothing of the page is here. Whether that is the network is asked of the network: a busy machine is slow as well. */
  async #awaitAnswer(): Promise<void> {
    const stood = Date.now() - (this.#asked?.at ?? this.#since);
    if (stood <= answerLimitMs) return;
    if (this.#asked && !this.#isReached) {
      this.#isReached = await canReach(this.#asked.url, reachLimitMs);
      if (this.#answered) return;
      if (!this.#isReached) return this.end(trouble('lost', 'no-internet', 'retry', 'no answer'));
    }
    if (stood > openingLimitMs)
      this.end(trouble('failed', 'start-timeout', 'retry', 'the page has not come'));
  }

  #missed(error: unknown): void {
    if (this.#patience.missed(this.phase === 'working', isNavigation(error)))
      this.end(trouble('lost', 'not-responding', 'retry', firstLine(error)));
  }

  #judge(look: PageLook, stood: number): void {
    if (untyped(this.client).lastLoggedOut && stood > 5_000) return this.loggedOut();
    const unpaired = look.state === 'UNPAIRED' || look.state === 'UNPAIRED_IDLE';
    switch (this.phase) {
      case 'working':
        if (look.state) this.socket(look.state);
        if (!look.injected) this.#again();
        return;
      case 'pairing':
        if (look.state !== undefined && !unpaired) return this.syncing(0);
        if (!this.linking.keepFresh(look.state === 'UNPAIRED_IDLE'))
          this.end(trouble('failed', 'qr-expired', 'retry'));
        return;
      default:
        if (look.state === 'CONNECTED') return this.#awaitReady(look, stood);
        if (look.version !== undefined && !look.listening && stood > 5_000 && this.#initialized)
          void this.#inject();
        if (stood < openingLimitMs) return;
        if (look.state === undefined) this.end(trouble('failed', 'start-timeout', 'retry', 'page not ready'));
        else if (unpaired) this.end(trouble('failed', 'start-timeout', 'retry', 'no code'));
        else this.end(trouble('lost', 'no-internet', 'retry', look.state));
    }
  }

  /** Connected and still no `ready`: the library may have begun to listen after the sync was over. */
  #awaitReady(look: PageLook, stood: number): void {
    const now = Date.now();
    if (!this.#syncedSince && (look.synced || stood > 30_000)) this.#syncedSince = now;
    if (stood > quietSyncLimitMs) return this.end(trouble('failed', 'start-timeout', 'retry', 'never ready'));
    if (!this.#syncedSince || now - this.#syncedSince < 1_500 + this.#kicks * 5_000) return;
    if (!look.listening) {
      // Until then the library is at it itself.
      if (this.#initialized) void this.#inject();
      return;
    }
    if (this.#kicks >= 4) return this.end(trouble('failed', 'start-timeout', 'retry', 'synced, never ready'));
    this.#kicks += 1;
    this.log('info', 'the sync was over before the library listened: telling it');
    this.page?.evaluate(kickSynced).catch(() => {});
  }

  // ---- what the library tells (listen.ts) -----------------------------------------------------------------

  qr(value: string): void {
    if (this.phase === 'working' || this.phase === 'ended') return;
    // The code that has just been scanned, told once more.
    if (this.phase === 'syncing' && this.linking.isShown(value)) return;
    this.#move('pairing');
    this.linking.qr(value);
  }

  syncing(progress: number): void {
    if (this.phase === 'working' || this.phase === 'ended') return;
    this.#move('syncing');
    this.report({ state: 'syncing', code: 'none', action: 'wait', progress });
  }

  async ready(): Promise<void> {
    const page = this.page;
    if (!page || this.phase === 'ended' || this.phase === 'working') return;
    this.#move('working');
    page.evaluate(watchPage).catch((error: unknown) => this.log('warn', `watching: ${firstLine(error)}`));
    try {
      const [me, look] = await within(
        lookLimitMs,
        'reading who we are',
        Promise.all([page.evaluate(readMe), page.evaluate(lookAtPage)]),
      );
      const phone = toAddress(me.phone);
      const lid = toAddress(me.lid);
      this.me = [phone, lid].filter((address) => address !== undefined);
      const address = phone ?? lid;
      if (!address) throw new Error('the page does not know whose it is');
      const names = { address, ...(lid ? { lid } : {}), name: me.name };
      const version = look.version ? { engineVersion: look.version } : {};
      this.#working = { state: 'working', code: 'none', action: 'none', me: names, ...version };
      this.report(this.#working);
    } catch (error) {
      this.log('warn', `ready, but: ${firstLine(error)}`);
      this.#move('syncing');
    }
  }

  /** The socket's state while linked. */
  socket(state: string): void {
    if (this.phase !== 'working') return;
    if (state.startsWith('UNPAIRED') && untyped(this.client).lastLoggedOut) return this.loggedOut();
    const met = socketTrouble(state);
    if (met?.ends) this.end(met.report);
    else if (met) this.report(met.report);
    else if (state === 'CONNECTED' && this.#working) this.report(this.#working);
  }

  // ---- towards the parent ---------------------------------------------------------------------------------

  tell(event: EngineEvent): void {
    if (this.phase === 'ended') return;
    this.#patience.told();
    this.lids.hear(event);
    this.groups.hear(event);
    if (this.#events.push(event) === 1) setImmediate(() => this.flush());
    if (this.#events.length >= 100) this.flush();
  }
  /** Sends what is waiting, so that nothing said later overtakes it. */
  flush(): void {
    if (this.#events.length) this.#say({ type: 'events', events: this.#events.splice(0) });
  }
  report(report: SessionReport): void {
    if (this.phase === 'ended') return;
    const text = JSON.stringify(report);
    if (text === this.#reported) return;
    this.#reported = text;
    this.flush();
    this.#say({ type: 'report', report, final: false });
  }
  end(report: SessionReport): void {
    if (this.phase === 'ended') return;
    this.flush();
    this.phase = 'ended';
    this.lids.close();
    this.groups.close();
    clearTimeout(this.#timer);
    this.#say({ type: 'report', report, final: true });
  }
  log(level: 'debug' | 'info' | 'warn', text: string): void {
    this.#say({ type: 'log', level, text });
  }
}

/**
 * A second close while the first is under way finds the pipe gone, and puppeteer then kills the browser while it writes
 * the credentials of the link. The library closes it by itself on some states, and so do we.
 */
function closeOnce(browser: NonNullable<Client['pupBrowser']>): void {
  const close = browser.close.bind(browser);
  let closing: Promise<void> | undefined;
  browser.close = () => (closing ??= close());
}
