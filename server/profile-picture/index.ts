import { transact, type Database } from '../../db/database.ts';
import {
  checkedSubjects,
  deletePictureChecks,
  deletePictures,
  deletePicturesOf,
  inboxesWithPictures,
  picturedSubjects,
  readServablePictures,
  subjectKey,
  writePictureCheck,
  type PictureSubject,
  type ServablePicture,
} from '../../db/query/profile-picture.ts';
import { channels, type Bus, type BusPush } from '../bus/bus.ts';
import type { Scope } from '../chat/chat-room.ts';
import type { ShowPicture } from '../chat/show-picture.ts';
import type { Clock } from '../clock.ts';
import type { Address } from '../contract/address.ts';
import { Problem } from '../contract/problem.ts';
import type { Log } from '../log.ts';
import { createMediaAddresses } from '../media/media-address.ts';
import { Shrinker } from '../media/shrinker.ts';
import type { Spool } from '../media/spool.ts';
import type { Store } from '../media/store.ts';
import { PictureFetcher, type FetchPicture } from './fetcher.ts';
import { Wanted } from './wanted.ts';
import { subjectOf } from './who.ts';

export interface ProfilePicturesOptions {
  db: Database;
  bus: Bus;
  clock: Clock;
  log: Log;
  store: Store;
  spool: Spool;
  /** Of the installation's secret, the newest first: signs addresses. */
  keys: readonly [Uint8Array, ...Uint8Array[]];
  show: ShowPicture;
  fetchPicture: FetchPicture;
  /** Whether the Session of an Inbox can be asked now. */
  isReady(inboxId: number): boolean;
  /** Makes the two sizes; a child process of its own unless another is given. */
  shrinker?: Pick<Shrinker, 'portrait'>;
  /** How long one question may take, ms. */
  timeoutMs?: number;
  /** False: WhatsApp is asked about nobody, and what is here is taken away. */
  isOn: boolean;
}

export interface PictureUrls {
  /** Paths and queries below this server's origin: 96 pixels square, and at most 640. */
  small: string;
  large: string;
  expiresAt: number;
}

/** Whom an answer shows: Contacts, and groups by their Chats. */
export interface Shown {
  chats?: readonly { id: number; kind: string; contactId: number | null }[];
  /** Ids. */
  contacts?: readonly number[];
}

/** What people and groups look like. */
export interface ProfilePictures extends AsyncDisposable {
  /** Somebody looks at these: who has not been asked about lately will be, beside everything else. */
  look(inboxId: number, shown: Shown): void;
  /**
   * Short-lived addresses by id; what is not the asker's is left out. They open for as long as `holder` (a sign-in or key)
   * stands and sees the Inbox. Problems: `not-found` when nothing is.
   */
  urls(scope: Scope, ids: readonly number[], holder: string): Promise<Map<number, PictureUrls>>;
  /** A Session works (again). */
  wake(): void;
  /** Takes all pictures of an Inbox away. */
  forget(inboxId: number): Promise<void>;
  /** The store has lost it. */
  lost(picture: Pick<ServablePicture, 'id' | 'inbox_id'>): void;
}

/** In one turn of an Inbox. */
const atOnce = 200;

export function createProfilePictures(options: ProfilePicturesOptions): ProfilePictures {
  const { db, bus, clock, log, show, isOn, isReady } = options;
  const addresses = createMediaAddresses({ keys: options.keys, clock });
  const own = options.shrinker ? undefined : new Shrinker();
  const shrinker = (options.shrinker ?? own)!;
  const wanted = new Wanted();
  const fetcher = new PictureFetcher({ ...options, wanted, shrinker });
  const ending = new AbortController();
  const underWay = new Set<Promise<void>>();

  /** Beside everything else: nobody waits for it, and trouble costs nothing but the picture. */
  function beside(work: () => Promise<void>): void {
    if (ending.signal.aborted) return;
    const done = work()
      .catch((error: unknown) => {
        if (!ending.signal.aborted) log.warn({ err: error }, 'profile pictures are left as they are');
      })
      .finally(() => underWay.delete(done));
    underWay.add(done);
  }

  async function want(inboxId: number, subjects: readonly PictureSubject[]): Promise<void> {
    const unknown = wanted.unknown(inboxId, subjects, clock.now());
    if (unknown.length === 0) return;
    const checked = await checkedSubjects(db, inboxId, unknown.map(subjectKey), clock.now());
    // The first of a list is the first to be asked about. Of whom another look has asked meanwhile, is left to that one.
    for (const subject of wanted.unknown(inboxId, unknown.toReversed(), clock.now())) {
      const until = checked.get(subjectKey(subject));
      if (until === undefined) wanted.add(inboxId, subject);
      else wanted.know(inboxId, subject, until);
    }
    fetcher.wake();
  }

  async function changed(inboxId: number, address: Address): Promise<void> {
    const subject = await subjectOf(db, inboxId, address);
    if (!subject) return;
    const key = subjectKey(subject);
    const hasBeenSeen = (await checkedSubjects(db, inboxId, [key], 0)).size > 0;
    wanted.know(inboxId, subject, 0);
    if (!hasBeenSeen) return;
    await transact(db, (tx) => writePictureCheck(tx, inboxId, key, 0));
    wanted.add(inboxId, subject);
    fetcher.wake();
  }

  async function forget(inboxId: number, only?: number): Promise<void> {
    if (only === undefined) {
      wanted.drop(inboxId);
      // First: a row that is told of meanwhile is looked at, and would be taken for one that was asked about.
      await transact(db, (tx) => deletePictureChecks(tx, inboxId));
    }
    for (;;) {
      const subjects = await picturedSubjects(db, inboxId, atOnce, only);
      if (subjects.length === 0 || ending.signal.aborted) break;
      await show(inboxId, subjects, async (tx, shown, subject) => {
        if (shown !== null) await deletePictures(tx, [shown], clock.now());
        wanted.know(inboxId, subject, 0);
        if (only !== undefined) await writePictureCheck(tx, inboxId, subjectKey(subject), 0);
        return null;
      });
    }
    if (only !== undefined) return;
    while ((await transact(db, (tx) => deletePicturesOf(tx, inboxId, atOnce, clock.now()))) > 0);
  }

  const deaf = [
    // A row that has changed on somebody's screen shows them as a list does.
    bus.subscribe(channels.push, (payload) => {
      const { inboxId, rows } = payload as BusPush;
      if (isOn && rows && rows.chats.length > 0 && isReady(inboxId)) look(inboxId, { chats: rows.chats });
    }),
    bus.subscribe(channels.picture, (payload) => {
      const { inboxId, of } = payload as { inboxId: number; of: Address };
      if (isOn) beside(() => changed(inboxId, of));
    }),
  ];

  function look(inboxId: number, { chats = [], contacts = [] }: Shown): void {
    if (!isOn) return;
    const subjects = [
      ...chats.flatMap(({ id, kind, contactId }): PictureSubject[] =>
        kind === 'group' ? [{ kind: 'chat', id }] : contactId ? [{ kind: 'contact', id: contactId }] : [],
      ),
      ...contacts.map((id): PictureSubject => ({ kind: 'contact', id })),
    ];
    if (subjects.length > 0) beside(() => want(inboxId, subjects.slice(0, atOnce)));
  }

  if (!isOn) {
    beside(async () => {
      for (const inboxId of await inboxesWithPictures(db)) if (!ending.signal.aborted) await forget(inboxId);
    });
  }

  return {
    look,
    wake: () => fetcher.wake(),
    forget: (inboxId) => forget(inboxId),
    lost: ({ id, inbox_id: inboxId }) => {
      log.error({ pictureId: id, inboxId }, 'a profile picture is not in the store');
      beside(() => forget(inboxId, id));
    },
    async urls({ organisationId, sees }, ids, holder) {
      const found = new Map<number, PictureUrls>();
      for (const row of await readServablePictures(db, [...new Set(ids)])) {
        if (row.organisation_id !== organisationId || sees?.(row.inbox_id) === false) continue;
        const grant = { mediaId: row.id, organisationId, holder };
        const { path, expiresAt } = addresses.sign({ ...grant, variant: 'face' });
        const { path: large } = addresses.sign({ ...grant, variant: 'portrait' });
        found.set(row.id, { small: path, large, expiresAt });
      }
      if (found.size === 0) throw new Problem('not-found');
      return found;
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      deaf.forEach((end) => end());
      await fetcher[Symbol.asyncDispose]();
      await own?.[Symbol.asyncDispose]();
      await Promise.allSettled(underWay);
    },
  };
}
