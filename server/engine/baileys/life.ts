import { setImmediate as soon } from 'node:timers';
import type { AuthenticationCreds, GroupMetadata, proto } from 'baileys';
import { toAddress, type Address } from '../../contract/address.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import type { SessionReport } from '../../contract/session-state.ts';
import { firstLine, trouble } from '../../engine-child/trouble.ts';
import { Awaited } from './awaited.ts';
import { Codes } from './codes.ts';
import { Contents } from './contents.ts';
import { Journal } from './journal.ts';
import { decodeAll } from './decode.ts';
import { GroupAcks } from './group-acks.ts';
import { Leftovers } from './leftovers.ts';
import { listenTo } from './listen.ts';
import { Notices } from './notices.ts';
import type { FromChild, StartOrder } from './protocol.ts';
import { Rows, type Ask } from './rows.ts';
import { openSocket, trust, version, type WASocket } from './socket.ts';
import { within } from './time-limit.ts';
import { Turns } from './turns.ts';
import { codeOf, endOf, isRestart, type Phase } from './trouble.ts';

/** The phone sends what it has within this time after the link, or later beside everything else. */
const firstSyncMs = 25_000;
const restartsAtMost = 5;
const month = 30 * 86_400_000;
const eventsAtOnce = 100;
/** The library gathers events and may forget to hand them over for half a minute. */
const gatherMs = 150;
const mostRemembered = 2_000;

/**
 * One life of the library: from connecting to a final report, after which it must be stopped. A restart that WhatsApp
 * asks for (515, after linking) is part of the same life.
 */
export class Life {
  readonly rows: Rows;
  readonly turns = new Turns();
  readonly journal: Journal;
  readonly awaited: Awaited;
  readonly notices: Notices;
  readonly groups = new Map<string, GroupMetadata>();
  readonly groupAcks: GroupAcks;
  /** Keys of what came in and was not read here, the newest of each Chat. */
  readonly unread = new Map<Address, proto.IMessageKey[]>();
  /** Of our own sends, by the ids we gave them. */
  readonly clientIds = new Map<string, string>();
  /** Ids of what is on its way, and of what WhatsApp did not take: nothing is told of them (`send.ts`). */
  readonly saying = new Set<string>();
  /** Who waits for older messages, by the id of the request. */
  readonly waiting = new Map<string, (events: EngineEvent[]) => void>();
  readonly ask: Ask;
  me: Address[] = [];
  phase: Phase | 'ended' = 'connecting';
  socket: WASocket | undefined;
  #order: StartOrder;
  #say: (what: FromChild) => void;
  #creds: AuthenticationCreds | undefined;
  #events: EngineEvent[] = [];
  #contents: Contents;
  #codes: Codes;
  #restarts = 0;
  #firstSync: NodeJS.Timeout | undefined;
  #reported = '';
  /** What to report when a passing trouble is over. */
  #working: SessionReport | undefined;
  #gathering: NodeJS.Timeout | undefined;
  /** What is reported now. */
  #standing: SessionReport | undefined;
  #hasToldLeft = false;
  #leftovers: Leftovers;

  constructor(order: StartOrder, say: (what: FromChild) => void, ask: Ask) {
    this.#order = order;
    this.#say = say;
    this.ask = ask;
    this.rows = new Rows(ask, (error) => this.#broken(error));
    const warn = (text: string): void => this.log('warn', text);
    this.journal = new Journal({
      rows: this.rows,
      turns: this.turns,
      stored: () => this.#stored(),
      crowded: () => this.socket?.ev.flush(),
      failed: (stanza, error) => this.awaited.failed(stanza, error),
      log: warn,
    });
    this.awaited = new Awaited({
      rows: this.rows,
      creds: () => this.#creds,
      socket: () => this.socket,
      tell: (placeholder) => this.tell(...decodeAll(placeholder, 'live', this.me)),
      log: warn,
    });
    this.notices = new Notices({
      tell: (events) => this.tell(...events),
      stored: () => this.#stored(),
      told: (messageId) => this.journal.told(messageId),
      hasEnded: () => this.phase === 'ended',
    });
    this.#contents = new Contents(this.rows, ask, warn);
    this.#leftovers = new Leftovers({
      journal: this.journal,
      notices: this.notices,
      awaited: this.awaited,
      link: () => this.socket && this.#creds && { socket: this.socket, creds: this.#creds },
      log: warn,
      missing: (text) => this.#missing(text),
    });
    this.groupAcks = new GroupAcks(
      (group) => this.membersOf(group),
      (event) => this.tell(event),
    );
    this.#codes = new Codes({
      pairWith: order.pairWith,
      socket: () => (this.phase === 'pairing' ? this.socket : undefined),
      report: (report) => this.report(report),
    });
  }

  start(): void {
    trust(this.#order.socket ?? {});
    this.#open().catch((error: unknown) =>
      this.end(trouble('failed', 'engine-error', 'retry', firstLine(error))),
    );
  }

  async #open(): Promise<void> {
    if (!this.#creds) {
      this.#creds = await this.rows.readCreds();
      await this.journal.open();
      await this.awaited.open();
    }
    if (this.phase === 'ended') return;
    const socket = openSocket({
      url: this.#order.socket?.url,
      keepAliveMs: this.#order.keepAliveMs,
      creds: this.#creds,
      rows: this.rows,
      journal: this.journal,
      getMessage: (key) => this.messageOf(key.id ?? ''),
      groupOf: async (jid) => this.groups.get(jid),
    });
    this.socket = socket;
    this.notices.watch(socket);
    socket.ev.on('creds.update', () => this.#saveCreds());
    socket.ev.on('connection.update', (update) => {
      if (this.socket === socket) this.#hear(update);
    });
    listenTo(this, socket);
  }

  /** Ends the socket. What has been told is written. */
  async stop(): Promise<void> {
    this.phase = 'ended';
    clearTimeout(this.#firstSync);
    this.journal.close();
    await this.#close();
    await within(3_000, 'the last writes', this.rows.settled()).catch(() => {});
  }
  async #close(): Promise<void> {
    clearInterval(this.#gathering);
    this.#leftovers.rest();
    const { socket } = this;
    this.socket = undefined;
    if (!socket) return;
    // A socket that is not ended keeps its timers and caches.
    await within(3_000, 'closing the socket', Promise.resolve(socket.end(undefined))).catch(() => {});
  }

  /** A device that is not linked yet has nothing to keep: each start begins with new keys. */
  #saveCreds(): void {
    const creds = this.#creds;
    if (!creds?.account) return;
    this.rows.writeCreds(creds).catch((error: unknown) => {
      // Without them the next start would need a new code: better a restart while they are in memory.
      this.log('error', `credentials could not be written: ${firstLine(error)}`);
      setTimeout(() => this.#saveCreds(), 2_000).unref();
    });
    if (this.phase === 'syncing' && this.#isSynced) this.#ready();
  }

  // ---- the socket's state -----------------------------------------------------------------------------------

  #hear(update: {
    connection?: string;
    qr?: string;
    isNewLogin?: boolean;
    receivedPendingNotifications?: boolean;
    lastDisconnect?: { error?: unknown } | undefined;
    reachoutTimeLock?: { isActive?: boolean; timeEnforcementEnds?: Date | undefined };
  }): void {
    if (this.phase === 'ended') return;
    if (update.qr) this.#showQr(update.qr);
    if (update.isNewLogin) this.#move('syncing');
    if (update.connection === 'open') this.#opened();
    if (update.receivedPendingNotifications) {
      this.#tellLeft();
      if (this.#isSynced) this.#ready();
    }
    if (update.reachoutTimeLock) this.#limited(update.reachoutTimeLock);
    if (update.connection === 'close') void this.#closed(update.lastDisconnect?.error);
  }
  #move(phase: Phase): void {
    if (this.phase === 'ended') return;
    this.phase = phase;
    if (phase === 'syncing') this.report({ state: 'syncing', code: 'none', action: 'wait', progress: 0 });
  }
  #opened(): void {
    const { me } = this.#creds ?? {};
    this.me = [toAddress(me?.id), toAddress(me?.lid)].filter((address) => address !== undefined);
    this.#codes.linked();
    this.#restarts = 0;
    this.#move('syncing');
    clearTimeout(this.#firstSync);
    this.#firstSync = setTimeout(() => this.#ready(), firstSyncMs).unref();
    this.#hasToldLeft = false;
    this.journal.anew();
    this.awaited.anew();
    // A first sync that was cut short begins with history, which the library waits for once it has all that waited.
    if (this.#isSynced) this.#tellLeft();
  }
  /** The first sync is over. */
  get #isSynced(): boolean {
    return (this.#creds?.accountSyncCounter ?? 0) > 0;
  }
  /** Whom we have blocked, as WhatsApp has it: the library asks for it with every connection and tells nobody. */
  #tellBlocked(): void {
    const { socket } = this;
    socket?.fetchBlocklist().then(
      (jids) => {
        if (this.socket !== socket) return;
        const people = jids.flatMap((jid) => toAddress(jid) ?? []);
        this.tell({ kind: 'block-list', people });
      },
      (error: unknown) => this.log('warn', `who is blocked: ${firstLine(error)}`),
    );
  }
  /** What the last life has opened, and could not tell any more. */
  #tellLeft(): void {
    if (this.#hasToldLeft || !this.socket) return;
    this.#hasToldLeft = true;
    this.#leftovers.look();
  }
  /** Nothing can be kept. WhatsApp keeps what the library cannot say any more that it is done with. */
  #broken(error: unknown): void {
    if (this.phase === 'ended') return;
    void this.socket?.ws.close();
    this.end(trouble('lost', 'engine-error', 'retry', `what must be kept cannot be: ${firstLine(error)}`));
  }
  /** Whoever looks after the number learns that something is missing: the log of its life says so. */
  #missing(detail: string): void {
    this.log('warn', detail);
    if (this.#standing) this.report({ ...this.#standing, event: 'incomplete', detail });
  }
  async #stored(): Promise<unknown> {
    this.flush();
    return this.ask('stored', {});
  }
  #ready(): void {
    if (this.phase !== 'syncing' || !this.#firstSync) return;
    clearTimeout(this.#firstSync);
    const [address, lid] = this.me;
    if (!address) return this.end(trouble('failed', 'engine-error', 'retry', 'linked, but to nobody'));
    this.phase = 'working';
    clearInterval(this.#gathering);
    this.#gathering = setInterval(() => this.#handOver(), gatherMs).unref();
    this.#leftovers.keepLooking();
    const name = this.#creds?.me?.name ?? '';
    const me = { address, ...(lid ? { lid } : {}), name: name === '~' ? '' : name };
    this.#working = { state: 'working', code: 'none', action: 'none', me, engineVersion: version };
    this.report(this.#working);
    this.#tellBlocked();
    this.#tellLeft();
    this.notices.letGo();
    for (const kind of ['message', 'heard', 'awaited']) this.rows.prune(kind, month).catch(() => {});
  }
  /** WhatsApp lets us answer, but write to nobody new for a while. */
  #limited(lock: { isActive?: boolean; timeEnforcementEnds?: Date | undefined }): void {
    if (this.phase !== 'working' || !this.#working) return;
    if (!lock.isActive) return this.report(this.#working);
    const until = lock.timeEnforcementEnds?.toISOString() ?? 'a while';
    this.report(trouble('degraded', 'restricted', 'wait', `no new chats until ${until}`));
  }
  #handOver(): void {
    const { socket } = this;
    if (this.phase === 'working' && socket?.ev.isBuffering()) socket.ev.flush();
  }
  async #closed(error: unknown): Promise<void> {
    const code = codeOf(error);
    if (isRestart(code) && this.#restarts < restartsAtMost) {
      this.#restarts += 1;
      this.log('info', 'WhatsApp asks for a new connection');
      await this.#close();
      await this.rows.settled();
      return this.#open().catch((failure: unknown) =>
        this.end(trouble('lost', 'engine-error', 'retry', firstLine(failure))),
      );
    }
    await this.rows.settled();
    if (this.phase !== 'ended') this.end(endOf(code, this.phase, firstLine(error)));
  }

  #showQr(value: string): void {
    if (this.phase !== 'connecting' && this.phase !== 'pairing') return;
    this.phase = 'pairing';
    this.#codes.show(value);
  }
  pair(digits: string): Promise<void> {
    return this.#codes.pair(digits);
  }

  async unlink(): Promise<void> {
    const socket = this.working();
    // It ends with a 401 of its own, which is no news.
    this.phase = 'ended';
    await within(10_000, 'unlinking', socket.logout());
  }

  // ---- for the verbs ------------------------------------------------------------------------------------------

  /** Throws when there is no working link. */
  working(): WASocket {
    if (this.phase !== 'working' || !this.socket) throw new Error('not connected');
    return this.socket;
  }
  /** Our own addresses as the socket spells them, for seals that name a person. */
  ownJids(): string[] {
    return this.me.map((address) => address.replace(/@c\.us$/, '@s.whatsapp.net'));
  }
  /** The content of a message: out of the sealed rows, or made anew of the text we have. */
  messageOf(id: string): Promise<proto.IMessage | undefined> {
    return this.#contents.messageOf(id);
  }
  infoOf(id: string): Promise<proto.IWebMessageInfo | undefined> {
    return this.#contents.infoOf(id);
  }
  async membersOf(group: string): Promise<Address[]> {
    const socket = this.working();
    const known =
      this.groups.get(group) ?? (await within(15_000, 'asking who is there', socket.groupMetadata(group)));
    this.groups.set(group, known);
    return known.participants
      .flatMap(({ id }) => toAddress(id) ?? [])
      .filter((one) => !this.me.includes(one));
  }
  keep(info: proto.IWebMessageInfo): void {
    this.#contents.keep(info);
  }
  remember(messageId: string, clientId: string): void {
    this.clientIds.set(messageId, clientId);
    this.saying.add(messageId);
    const [first] = this.saying;
    if (this.saying.size > mostRemembered && first !== undefined) this.saying.delete(first);
    const [oldest] = this.clientIds.keys();
    if (this.clientIds.size > mostRemembered && oldest !== undefined) this.clientIds.delete(oldest);
  }

  // ---- towards the parent ---------------------------------------------------------------------------------

  tell(...events: EngineEvent[]): void {
    if (this.phase === 'ended' || !events.length) return;
    if (this.#events.length === 0) soon(() => this.flush());
    for (const event of events) this.#events.push(event);
    if (this.#events.length >= eventsAtOnce) this.flush();
  }
  /** Sends what is waiting, so that nothing said later overtakes it. */
  flush(): void {
    while (this.#events.length) this.#say({ type: 'events', events: this.#events.splice(0, eventsAtOnce) });
  }
  report(report: SessionReport): void {
    if (this.phase === 'ended') return;
    const text = JSON.stringify(report);
    if (text === this.#reported) return;
    this.#reported = text;
    if (!report.event) this.#standing = report;
    this.flush();
    this.#say({ type: 'report', report, final: false });
  }
  end(report: SessionReport): void {
    if (this.phase === 'ended') return;
    this.flush();
    this.phase = 'ended';
    this.journal.close();
    clearTimeout(this.#firstSync);
    this.#say({ type: 'report', report, final: true });
  }
  log(level: 'debug' | 'info' | 'warn' | 'error', text: string): void {
    this.#say({ type: 'log', level, text });
  }
}
