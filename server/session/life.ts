import { mkdirSync } from 'node:fs';
import type { Database } from '../../db/database.ts';
import { findInboxRow } from '../../db/query/inbox.ts';
import { readCaughtUp, releaseLease, setCaughtUp, takeLease, type Lease } from '../../db/query/lease.ts';
import { clearSessionKeys } from '../../db/query/session-key.ts';
import type { Clock } from '../clock.ts';
import type { Address } from '../contract/address.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { canSend, type SessionReport } from '../contract/session-state.ts';
import type { Engine, EngineSession, Upstream } from '../engine/engine.ts';
import type { Log } from '../log.ts';
import { runBackfill } from './backfill.ts';
import { ArchiveBroken } from './archive/broken.ts';
import { ArchiveKeeper, bringHome, type ArchiveKeeperOptions, type ArchiveRules } from './archive/keeper.ts';
import { createEngineKeys, requireReadable, type KeySeal } from './engine-keys.ts';
import { createEngineKnowledge } from './engine-knowledge.ts';
import { Heart, type HeartRules } from './heart.ts';
import { LeaseKeeper, leaseMs } from './lease-keeper.ts';
import { Pulls } from './pulls.ts';
import type { Receive } from './steadily.ts';
import { within } from './within.ts';

/** For pulls whose engine has ended. */
const patienceMs = 5_000;
/** For the last copy of the link: whoever ends the process does not wait for ever. */
const archiveMs = 20_000;

export interface LifeOptions {
  inboxId: number;
  /** Made when it is not there; 0700. */
  directory: string;
  engine: Engine;
  upstream: Upstream;
  browser: string | undefined;
  /** For the rows of engines that keep their secrets there. */
  seal: KeySeal | undefined;
  db: Database;
  receive: Receive;
  clock: Clock;
  log: Log;
  owner: string;
  alone: boolean;
  /** Between two looks for what was lost on the way here, ms. */
  reconcileMs: number;
  heart: HeartRules;
  keepAliveMs: number | undefined;
  archive: ArchiveRules;
  /** The number has been linked, as far as we know. */
  wasLinked: boolean;
  /** A person asks for it, who can link it anew where its archive cannot be read. */
  isAsked: boolean;
  /** The Session as others see it. */
  watched(session: EngineSession): EngineSession;
  /** It can send, as far as is known. */
  isLive(life: Life): boolean;
  hear(life: Life, events: EngineEvent[]): void;
  /** All that was heard before is stored. */
  stored(): Promise<void>;
  /** Its engine takes so many bytes of memory that it should start afresh. */
  tooHeavy(life: Life, bytes: number): void;
  /** The lease is another's, or may be soon: this Life is to be ended. */
  fenced(life: Life): void;
}

/** Undefined when another process runs the Session. Rejects with `ArchiveBroken` when its link cannot be brought here. */
export async function beginLife(options: LifeOptions): Promise<Life | undefined> {
  const { inboxId, db, owner, alone, clock, directory } = options;
  const now = clock.now();
  const lease = await takeLease(db, { inboxId, owner, now, until: now + leaseMs, alone });
  if (!lease) return undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const organisationId = (await findInboxRow(db, inboxId))?.organisation_id ?? 0;
    const archive = archiveOf(options, lease, organisationId);
    await bring(options, lease, organisationId, archive);
    return new Life(options, lease, now, organisationId, archive);
  } catch (error) {
    await releaseLease(db, lease).catch(() => undefined);
    throw error;
  }
}

function archiveOf(
  { engine, seal, db, clock, log, directory, archive }: LifeOptions,
  lease: Lease,
  organisationId: number,
): ArchiveKeeperOptions | undefined {
  if (!engine.keepsFile || !seal) return undefined;
  const keeps = engine.keepsFile.bind(engine);
  return { db, clock, log, seal, lease, organisationId, engine: engine.name, keeps, directory, ...archive };
}

/** A person who asks for it can link the number anew; anybody else is told why it cannot start. */
async function bring(
  { engine, seal, db, clock, wasLinked, isAsked, log, inboxId }: LifeOptions,
  lease: Lease,
  organisationId: number,
  archive: ArchiveKeeperOptions | undefined,
): Promise<void> {
  try {
    if (archive) await bringHome(archive, wasLinked);
    else if (seal && !engine.keepsFile) await requireReadable({ db, clock, seal, lease, organisationId });
  } catch (error) {
    if (!isAsked || !(error instanceof ArchiveBroken)) throw error;
    const { code } = error;
    log.warn({ err: error, inboxId, code }, 'the link cannot be opened; the number is linked anew');
    if (archive) await bringHome(archive, false);
    else await clearSessionKeys(db, inboxId);
  }
}

/** One live link from taking the lease to giving it back, with the engine and all that is pulled from it. */
export class Life implements AsyncDisposable {
  /** As the engine made it. */
  readonly session: EngineSession;
  /** The same for everybody else: what is asked of it is noted. */
  readonly watched: EngineSession;
  readonly heart: Heart;
  #options: LifeOptions;
  #lease: LeaseKeeper;
  #pulls: Pulls;
  #archive: ArchiveKeeper | undefined;
  /** There is a link worth keeping when it ends. */
  #keepsLink = false;
  #isQuiet = false;
  #hasEnded = false;
  #end = new AbortController();
  /** What the engine last said of itself. */
  #said: SessionReport = { state: 'starting', code: 'none', action: 'wait' };

  constructor(
    options: LifeOptions,
    lease: Lease,
    takenAt: number,
    organisationId: number,
    archive: ArchiveKeeperOptions | undefined,
  ) {
    this.#options = options;
    this.#archive = archive && new ArchiveKeeper(archive);
    const { inboxId, directory, engine, upstream, log, browser, receive, clock, db, alone } = options;
    const { seal } = options;
    this.session = engine.createSession({
      inboxId,
      directory,
      upstream,
      log: log.child({ inboxId }),
      emit: (events) => {
        for (const event of events) if (event.kind === 'session-state') this.#said = event.report;
        this.#emit(events);
      },
      stored: () => options.stored(),
      ...(seal ? { keys: createEngineKeys({ db, clock, seal, lease, organisationId }) } : {}),
      known: createEngineKnowledge(db, inboxId),
      ...(browser === undefined ? {} : { browser }),
      ...(options.keepAliveMs === undefined ? {} : { keepAliveMs: options.keepAliveMs }),
    });
    this.watched = options.watched(this.session);
    this.heart = new Heart({
      inboxId,
      session: this.session,
      clock,
      log,
      rules: options.heart,
      isLive: () => !this.#isQuiet && options.isLive(this),
      report: (report) => this.#emit([{ kind: 'session-state', report }]),
      recovered: () => this.#emit([{ kind: 'session-state', report: this.#said }]),
      tooHeavy: (bytes) => options.tooHeavy(this, bytes),
    });
    this.#pulls = new Pulls({
      inboxId,
      session: this.session,
      receive,
      clock,
      log,
      known: () => readCaughtUp(db, inboxId),
      noteCaughtUp: (at) => setCaughtUp(db, inboxId, at),
      reconcileMs: options.reconcileMs,
      backfillInbox: (pull, signal) => runBackfill({ db, inboxId, pull, clock, log, signal }),
    });
    const onLost = (): void => {
      this.hush();
      options.fenced(this);
    };
    this.#lease = new LeaseKeeper({ db, clock, log, lease, takenAt, alone, onLost });
  }

  connect(): void {
    this.session.connect();
  }

  /** It is being taken down on purpose: what the engine says of its own state is no news any more. */
  get isQuiet(): boolean {
    return this.#isQuiet;
  }
  hush(): void {
    this.#isQuiet = true;
    this.#end.abort();
  }
  /** Ends waits that are for this Life alone. */
  get ends(): AbortSignal {
    return this.#end.signal;
  }

  #emit(all: EngineEvent[]): void {
    if (this.#hasEnded) return;
    const events = this.#isQuiet ? all.filter((event) => event.kind !== 'session-state') : all;
    if (events.length > 0) this.#options.hear(this, events);
  }

  /** It works. `isNew`: the number has been linked in this Life. */
  works(isNew: boolean): void {
    this.#archive?.works(isNew);
  }
  /** It ends in order, and its link, if there is one, is to be archived as it is then. */
  keepLink(): void {
    this.#keepsLink = canSend(this.#said.state);
  }

  /** `isNew`: the number has been linked in this Life. */
  catchUp(isNew: boolean): void {
    this.#pulls.catchUp(isNew);
  }
  wantBackfill(): void {
    this.#pulls.wantBackfill();
  }
  backfill(chat: Address, before: number | undefined): boolean {
    return this.#pulls.backfill(chat, before);
  }

  /** The lease is given back last: until then nobody else may start the Session. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#hasEnded) return;
    const { clock, log, inboxId } = this.#options;
    this.hush();
    await this.heart[Symbol.asyncDispose]();
    const pulled = this.#pulls[Symbol.asyncDispose]();
    const archived = this.#archive?.[Symbol.asyncDispose]();
    try {
      await this.session[Symbol.asyncDispose]();
    } catch (error) {
      log.error({ err: error, inboxId }, 'the engine did not end in order');
    }
    this.#hasEnded = true;
    if (!(await within(clock, patienceMs, pulled)))
      log.warn({ inboxId }, 'a pull goes on although its engine has ended');
    await archived;
    if (this.#keepsLink && this.#archive && !(await within(clock, archiveMs, this.#archive.save())))
      log.warn({ inboxId }, 'the last copy of the link takes too long');
    await this.#lease[Symbol.asyncDispose]();
  }
}
