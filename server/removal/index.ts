import type { Database } from '../../db/database.ts';
import { findSessionRow, updateSessionRow } from '../../db/query/inbox.ts';
import {
  findRemoval,
  listRemovals,
  openRemovals,
  updateRemoval,
  type InboxRemovalRow,
} from '../../db/query/inbox-removal.ts';
import { channels, type Bus } from '../bus/bus.ts';
import type { ChatRoom } from '../chat/chat-room.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../contract/problem.ts';
import type { Removal, RemoveInbox, Restoration } from '../contract/removal.ts';
import type { Log } from '../log.ts';
import type { Store } from '../media/store.ts';
import type { Sessions } from '../session/sessions.ts';
import { deleteFiles, deleteRows } from './delete-rows.ts';
import { markRemoved } from './mark.ts';
import { broughtBack, markRestored } from './restore.ts';

export interface RemovalsOptions {
  db: Database;
  bus: Bus;
  clock: Clock;
  log: Log;
  sessions: Pick<Sessions, 'retire' | 'readmit'>;
  chat: Pick<ChatRoom, 'receive' | 'giveUp' | 'reportWith'>;
  store: Pick<Store, 'open' | 'remove'>;
  /** What people of an archived number look like is nobody's business any more. */
  forgetPictures(inboxId: number): Promise<void>;
  /** Those that are here. */
  engines: { has(name: string): boolean };
  /** The Organisation's Agents, of any role, see other Inboxes now. */
  announce(organisationId: number): void;
  /** Incoming webhooks are other ones now. */
  webhooksChanged(): void;
  /** Messages deleted in one transaction; default 100. */
  batch?: number;
}

/** Takes numbers out of use, and brings those back of which nothing was deleted. */
export interface Removals extends AsyncDisposable {
  /**
   * The number is out of use when this resolves; what is to be deleted goes beside everything else, also after a kill. It
   * waits a while for the phone's answer. Problems: `not-found`, `conflict` (another name, or archived already).
   */
  remove(organisationId: number, inboxId: number, wanted: RemoveInbox): Promise<Removal>;
  /**
   * An archived number can be linked again; nothing of its old link, keys and webhooks comes back. Problems: `not-found`,
   * `conflict` (not archived, or not yet), `not-supported` (what ran it is not here any more).
   */
  restore(organisationId: number, inboxId: number): Promise<Restoration>;
  list(organisationId: number): Promise<Removal[]>;
  /** Resolves when nothing is left to be done now. */
  settled(): Promise<void>;
}

/** How long whoever removes a number waits for the word of its phone, ms. */
const patienceMs = 15_000;
/** Between two looks for what is left: trouble that has passed, files that had to wait. */
const sweepMs = 60_000;

/** From its making on it goes on with what an earlier process has begun. */
export function createRemovals(options: RemovalsOptions): Removals {
  const { db, bus, clock, log, sessions, chat, store } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const underWay = new Map<number, Promise<void>>();
  const retiring = new Map<number, Promise<void>>();

  /** The link ends and is forgotten; of any number of callers one does it. */
  function retire(inboxId: number): Promise<void> {
    const known = retiring.get(inboxId);
    if (known) return known;
    const work = (async () => {
      const phone = await sessions.retire(inboxId);
      const row = await findRemoval(db, inboxId);
      if (row?.phone === '') await updateRemoval(db, inboxId, { phone });
    })().finally(() => retiring.delete(inboxId));
    retiring.set(inboxId, work);
    return work;
  }

  const giveUp = (inboxId: number): Promise<void> =>
    chat
      .giveUp(inboxId, 'number-archived')
      .catch((error: unknown) => log.warn({ err: error, inboxId }, 'what waits to be sent fails later'));

  async function finish({ inbox_id: inboxId, mode, phone }: InboxRemovalRow): Promise<void> {
    // What the phone was told is noted when the link is wiped.
    if (phone === '') await retire(inboxId);
    if (signal.aborted) return;
    if (mode === 'keep') {
      // Without an engine nothing can be linked, sent or started; the code says why.
      if (await findSessionRow(db, inboxId)) await updateSessionRow(db, inboxId, { engine: 'none' });
      const report = { state: 'stopped', code: 'number-archived', action: 'none' } as const;
      await chat.receive(inboxId, [{ kind: 'session-state', report }], 'engine');
      // What was written while the link was being taken down.
      await chat.giveUp(inboxId, 'number-archived');
      await options.forgetPictures(inboxId);
      await updateRemoval(db, inboxId, { ended_at: clock.now() });
    } else if (!(await deleteRows({ db, clock, signal, batch: options.batch ?? 100 }, inboxId))) return;
    log.info({ inboxId, mode }, 'the number is out of use');
  }

  /** One at a time for each number; trouble is left to the next look. */
  function work(row: InboxRemovalRow): Promise<void> {
    const known = underWay.get(row.inbox_id);
    if (known) return known;
    const done = finish(row)
      .catch((error: unknown) => {
        if (!signal.aborted)
          log.warn({ err: error, inboxId: row.inbox_id }, 'taking a number out of use goes on later');
      })
      .finally(() => underWay.delete(row.inbox_id));
    underWay.set(row.inbox_id, done);
    return done;
  }

  async function look(): Promise<void> {
    try {
      for (const row of await openRemovals(db)) if (!signal.aborted) await work(row);
      await deleteFiles({ db, clock, signal }, store);
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'what deleted numbers have left is looked for later');
    }
  }

  let looking: Promise<void> = Promise.resolve();
  const lookNow = (): Promise<void> => (looking = looking.then(look));
  const sweeping = (async () => {
    while (!signal.aborted) {
      await lookNow();
      await clock.delay(sweepMs, signal);
    }
  })();

  return {
    async remove(organisationId, inboxId, wanted) {
      if (signal.aborted) throw new Problem('unavailable');
      const keys = await markRemoved(db, { organisationId, inboxId, ...wanted, now: clock.now() });
      for (const id of keys) bus.publish(channels.signedOut, { agentSessionId: `key:${id}` });
      options.announce(organisationId);
      options.webhooksChanged();
      // Before the phone is asked, which may take long: nothing keeps its clock. Trouble is made good when it has ended.
      if (wanted.mode === 'keep') await giveUp(inboxId);
      const patience = new AbortController();
      const retired = retire(inboxId).catch((error: unknown) =>
        log.warn({ err: error, inboxId }, 'the link is wiped later'),
      );
      await Promise.race([retired, clock.delay(patienceMs, patience.signal)]);
      patience.abort();
      void lookNow();
      const found = await findRemoval(db, inboxId);
      if (!found) throw new Problem('not-found');
      return toWire(found);
    },

    async restore(organisationId, inboxId) {
      if (signal.aborted) throw new Problem('unavailable');
      let restored: Restoration | undefined;
      const { engines } = options;
      await chat.reportWith(inboxId, broughtBack, async (tx) => {
        restored = await markRestored(tx, { organisationId, inboxId, now: clock.now(), engines });
      });
      sessions.readmit(inboxId);
      options.announce(organisationId);
      options.webhooksChanged();
      log.info({ inboxId, engine: restored!.engine }, 'the number is in use again');
      return restored!;
    },

    async list(organisationId) {
      return (await listRemovals(db, organisationId)).map(toWire);
    },

    async settled() {
      await lookNow();
    },

    async [Symbol.asyncDispose]() {
      ending.abort();
      await sweeping;
      await looking;
      await Promise.all(underWay.values());
    },
  };
}

function toWire(row: InboxRemovalRow): Removal {
  return {
    inboxId: row.inbox_id,
    name: row.name,
    number: row.number,
    mode: row.mode,
    phone: row.phone,
    messages: row.messages,
    begunAt: row.begun_at,
    endedAt: row.ended_at,
  };
}
