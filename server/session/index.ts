import type { Database } from '../../db/database.ts';
import { findSessionRow, updateSessionRow, type SessionRow } from '../../db/query/inbox.ts';
import { listStray, listWanted, setWanted } from '../../db/query/lease.ts';
import type { Clock } from '../clock.ts';
import type { Address } from '../contract/address.ts';
import type { BackfillBounds, LinkSession } from '../contract/api.ts';
import { Problem } from '../contract/problem.ts';
import { EngineUnavailable, type Engine, type EngineSession, type Upstream } from '../engine/engine.ts';
import type { Log } from '../log.ts';
import type { SessionReport } from '../contract/session-state.ts';
import { NumberChecker } from './number-checks.ts';
import { QuestionPace } from './question-pace.ts';
import { SessionRun } from './session-run.ts';
import { act } from './act.ts';
import { usualArchive, type ArchiveRules } from './archive/keeper.ts';
import type { KeySeal } from './engine-keys.ts';
import { backfillProgress, stopBackfill, wantBackfill } from './backfill.ts';
import { noFigures, type Figures } from './figures.ts';
import { usualHeart, type HeartRules } from './heart.ts';
import { SendGuard } from './send-guard.ts';
import type { SendRules } from './send-rules.ts';
import { StartGate } from './start-gate.ts';
import type { Act, Sessions } from './sessions.ts';
import { isLinked } from './state.ts';
import { wipeLink } from './wipe-link.ts';
import type { Receive } from './steadily.ts';

export interface SessionsOptions {
  db: Database;
  engines: ReadonlyMap<string, Engine>;
  receive: Receive;
  clock: Clock;
  log: Log;
  dataFolder: string;
  upstreams: Readonly<Record<string, Upstream>>;
  /** Names this process in leases. */
  owner: string;
  /** No other process runs Sessions on this database: leases of dead ones need not run out. */
  alone: boolean;
  /** Seals what engines keep in rows. Without it, engines that need rows cannot run. */
  seal?: KeySeal;
  /** Path of the browser, for engines that have one. */
  chromium?: string;
  onWorking?(inboxId: number): void;
  /** Between two looks for what was lost on the way here, ms; default 5 minutes. */
  reconcileMs?: number;
  random?: () => number;
  /** How live Sessions are looked at. */
  heart?: Partial<HeartRules>;
  /** Between two signs of life on WhatsApp's socket, ms, for engines that speak it themselves. */
  keepAliveMs?: number;
  /** Copies of the folders in which engines keep their links. */
  archive?: Partial<ArchiveRules>;
  /** How many may start at once; default 4. */
  startsAtOnce?: number;
}

const findNumberMs = 15_000;
const usualReconcileMs = 5 * 60_000;

/** Runs the Sessions of this process. `startWanted` starts those that ran when the last process ended. */
export function createSessions(options: SessionsOptions): Sessions & { startWanted(): Promise<void> } {
  const { db, engines, receive, clock, log, upstreams } = options;
  const runs = new Map<number, SessionRun>();
  const checker = new NumberChecker({ db, clock, log, live: (inboxId) => runs.get(inboxId)?.live });
  const moving = new Set<number>();
  const retired = new Set<number>();
  const gate = new StartGate(options.startsAtOnce ?? 4);
  const archive = { ...usualArchive, ...options.archive };
  const heart = { ...usualHeart, ...options.heart };
  const guards = new Map<number, SendGuard>();
  const paces = new Map<number, QuestionPace>();
  /** Also of Runs that have gone, for an Inbox that has moved to another engine. */
  const counted = new Map<number, Figures>();
  let isEnding = false;

  function runOf(row: SessionRow): SessionRun {
    if (isEnding) throw new Problem('unavailable');
    if (retired.has(row.inbox_id)) throw new Problem('conflict', 'The number is taken out of use');
    if (moving.has(row.inbox_id)) throw new Problem('conflict', 'The Inbox is moving to another engine');
    const known = runs.get(row.inbox_id);
    if (known) return known;
    const engine = engines.get(row.engine);
    if (!engine) throw new Problem('not-supported', 'This Inbox has no engine: it lives on webhooks');
    const upstream = upstreams[row.upstream];
    if (!upstream) throw new Problem('not-supported', `The upstream ${row.upstream} is not defined here`);
    const run = new SessionRun({
      inboxId: row.inbox_id,
      engine,
      upstream,
      browser: options.chromium,
      seal: options.seal,
      dataFolder: options.dataFolder,
      db,
      receive,
      clock,
      log,
      owner: options.owner,
      alone: options.alone,
      wasLinked: row.me_address !== null,
      kept: { failures: row.failures, restarts: row.restarts },
      number: row.me_address?.replace(/@.*$/, '') ?? '',
      gate,
      heart,
      archive,
      keepAliveMs: options.keepAliveMs,
      figures: figuresOf(row.inbox_id),
      guard: guardOf(row.inbox_id),
      random: options.random ?? Math.random,
      reconcileMs: options.reconcileMs ?? usualReconcileMs,
      onWorking: (inboxId) => options.onWorking?.(inboxId),
    });
    runs.set(row.inbox_id, run);
    return run;
  }

  /** Its Run, unless what runs it is not here. */
  function startable(row: SessionRow): SessionRun | undefined {
    try {
      return runOf(row);
    } catch (error) {
      if (error instanceof Problem && !isEnding) return undefined;
      throw error;
    }
  }

  function guardOf(inboxId: number): SendGuard {
    const known = guards.get(inboxId) ?? new SendGuard({ db, inboxId, clock });
    guards.set(inboxId, known);
    return known;
  }

  function figuresOf(inboxId: number): Figures {
    const known = counted.get(inboxId) ?? noFigures();
    counted.set(inboxId, known);
    return known;
  }

  async function rowOf(inboxId: number): Promise<SessionRow> {
    const row = await findSessionRow(db, inboxId);
    if (!row) throw new Problem('not-found');
    return row;
  }

  /** Beside the caller, who hears of trouble through the Session's state. */
  function beside(inboxId: number, work: Promise<void>): void {
    work.catch((error: unknown) => log.error({ err: error, inboxId }, 'the Session could not be started'));
  }

  function report(inboxId: number, report: SessionReport): Promise<void> {
    return receive(inboxId, [{ kind: 'session-state', report }], 'engine');
  }

  function hint(inboxId: number, run: (session: EngineSession) => Promise<void> | undefined): void {
    const session = runs.get(inboxId)?.live;
    if (!session) return;
    run(session)?.catch((error: unknown) =>
      log.debug({ err: error, inboxId }, 'WhatsApp was not told of something small'),
    );
  }

  return {
    async startWanted() {
      // What a killed process left in the rows; with several, it may be another's that lives.
      for (const inboxId of options.alone ? await listStray(db) : [])
        beside(inboxId, report(inboxId, { state: 'stopped', code: 'none', action: 'retry' }));
      for (const inboxId of await listWanted(db)) {
        if (isEnding) return;
        try {
          const row = await rowOf(inboxId);
          beside(inboxId, runOf(row).wake(row.retry_at));
        } catch (error) {
          log.warn({ err: error, inboxId }, 'a Session that ran before cannot run now');
          const detail = error instanceof Problem ? (error.detail ?? error.code) : 'it cannot be read';
          const failed = { state: 'failed', code: 'engine-error', action: 'ask-operator', detail } as const;
          beside(inboxId, report(inboxId, failed));
        }
      }
    },

    async link(inboxId: number, request: LinkSession) {
      const run = runOf(await rowOf(inboxId));
      if (isLinked(run.state)) throw new Problem('conflict', 'The number is linked already');
      beside(inboxId, request.method === 'code' ? run.start(request.phone) : run.start());
    },

    async pairing(inboxId: number) {
      const row = await rowOf(inboxId);
      const pairing = row.state === 'pairing' ? runs.get(inboxId)?.shown : undefined;
      return pairing && pairing.expiresAt > clock.now() ? pairing : undefined;
    },

    async stop(inboxId: number) {
      const row = await rowOf(inboxId);
      if (row.engine === 'none') return;
      await runOf(row).stop(row.state === 'logged-out');
    },

    async restart(inboxId: number) {
      const row = await rowOf(inboxId);
      const run = runOf(row);
      // Without a link there is nothing to begin afresh: what it waits for is a phone.
      if (row.me_address === null) throw new Problem('not-linked');
      beside(inboxId, run.restart());
    },

    async unlink(inboxId: number) {
      await runOf(await rowOf(inboxId)).unlink();
    },

    async retire(inboxId: number) {
      const row = await findSessionRow(db, inboxId);
      const run = retired.has(inboxId) || !row || row.engine === 'none' ? undefined : startable(row);
      retired.add(inboxId);
      const told = await run?.unlink();
      runs.delete(inboxId);
      await run?.[Symbol.asyncDispose]();
      // Also where its engine, or its world, is not here any more.
      await wipeLink(db, options.dataFolder, inboxId);
      // Nobody will go on with it.
      await stopBackfill(db, inboxId, clock.now());
      return told ?? (row && row.me_address !== null ? 'not-told' : 'not-linked');
    },

    readmit(inboxId: number) {
      retired.delete(inboxId);
    },

    async useEngine(inboxId: number, engine: string) {
      const row = await rowOf(inboxId);
      if (!engines.has(engine)) throw new Problem('bad-request', 'body engine');
      if (row.engine === 'none') throw new Problem('not-supported', 'This Inbox lives on webhooks');
      if (row.engine === engine) return;
      if (moving.has(inboxId)) throw new Problem('conflict', 'The Inbox is moving to another engine');
      moving.add(inboxId);
      try {
        const run = runs.get(inboxId);
        runs.delete(inboxId);
        // Nothing of the old engine is left, and the Lease is back, before the new one may begin.
        await run?.[Symbol.asyncDispose]();
        await setWanted(db, inboxId, false);
        await updateSessionRow(db, inboxId, { engine });
        await report(inboxId, { state: 'stopped', code: 'none', action: 'retry' });
        log.info({ inboxId, from: row.engine, to: engine }, 'the Inbox has another engine');
      } finally {
        moving.delete(inboxId);
      }
    },

    async findNumber(inboxId: number, digits: string) {
      const row = await rowOf(inboxId);
      if (row.engine === 'none') throw new Problem('not-supported');
      const session = runs.get(inboxId)?.live;
      if (!session) throw new Problem('session-not-working');
      if (!session.findNumber) throw new Problem('not-supported');
      const pace = paces.get(inboxId) ?? new QuestionPace();
      paces.set(inboxId, pace);
      const wait = pace.take(clock.now());
      if (wait > 0)
        throw new Problem('too-many-requests', undefined, { retryAfter: Math.ceil(wait / 1_000) });
      const signal = AbortSignal.timeout(findNumberMs);
      try {
        return await session.findNumber(digits, signal);
      } catch (error) {
        if (error instanceof EngineUnavailable || signal.aborted) throw new Problem('session-not-working');
        throw error;
      }
    },

    checkNumbers: (inboxId: number, digits: readonly string[]) => checker.check(inboxId, digits),

    markRead: (inboxId: number, chat: Address) => hint(inboxId, (session) => session.markRead?.(chat)),
    hint,
    act: (inboxId: number, run: Act) => act(runs.get(inboxId)?.live, run),

    backfill: (inboxId: number, chat: Address, before: number | undefined) =>
      runs.get(inboxId)?.backfill(chat, before) ?? false,

    async startBackfill(inboxId: number, bounds: BackfillBounds) {
      await wantBackfill(db, inboxId, bounds, clock.now());
      runs.get(inboxId)?.goOnWithBackfill();
    },
    stopBackfill: (inboxId: number) => stopBackfill(db, inboxId, clock.now()),
    backfillProgress: (inboxId: number) => backfillProgress(db, inboxId),

    health: (inboxId: number) => runs.get(inboxId)?.health,
    figures: () => counted,
    limits: (inboxId: number) => guardOf(inboxId).limits(),
    setLimits: (inboxId: number, rules: SendRules) => guardOf(inboxId).setRules(rules),
    sender: (inboxId: number) => runs.get(inboxId)?.sender,

    live: (inboxId: number): EngineSession | undefined => runs.get(inboxId)?.live,

    async [Symbol.asyncDispose]() {
      isEnding = true;
      const ended = await Promise.allSettled([...runs.values()].map((run) => run[Symbol.asyncDispose]()));
      for (const end of ended)
        if (end.status === 'rejected')
          log.warn({ err: end.reason as unknown }, 'a Session ended with trouble');
    },
  };
}
