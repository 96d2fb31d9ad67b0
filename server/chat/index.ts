import type { Database } from '../../db/database.ts';
import { readHead, readSeq } from '../../db/query/inbox.ts';
import { expireEarly } from '../../db/query/early.ts';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { addressKind, type Address } from '../contract/address.ts';
import type { Capabilities } from '../contract/capability.ts';
import { withTwins } from '../contract/number-twin.ts';
import { Problem } from '../contract/problem.ts';
import type { Log } from '../log.ts';
import { isPerson, showsNothingMore, type Shows } from './admit.ts';
import { readChanges } from './changes.ts';
import type { ChatRoom, Scope } from './chat-room.ts';
import { findContact, numbersOf } from './contact.ts';
import { inTurn, type Context } from './context.ts';
import { Eras } from './eras.ts';
import { InboxMemory } from './inbox-memory.ts';
import { rememberContext } from './contexts.ts';
import { forward } from './forward.ts';
import { giveUp } from './give-up.ts';
import { chatOf, learnPair } from './identity.ts';
import { markRead, markUnread } from './mark-read.ts';
import { settleChat } from './settled.ts';
import { rules as soundRules, type Rules } from './merge.ts';
import { clampLimit } from './page-cursor.ts';
import { listChats } from './list-chats.ts';
import { listMembers, messageInfo } from './people-of.ts';
import { Publisher } from './publish.ts';
import * as read from './read.ts';
import { listMessages } from './page-messages.ts';
import { Receiver } from './receive.ts';
import { discard, orUnavailable, readWire, retry, send } from './send.ts';
import { renameInbox } from './rename-inbox.ts';
import { reportWith } from './report-with.ts';
import { NameMemory } from './search/name-memory.ts';
import { search } from './search/search.ts';
import { listShared } from './shared.ts';
import { findTarget, readTarget } from './target.ts';

export { createDeliverer, type DelivererOptions } from './deliver.ts';

export interface ChatRoomOptions {
  db: Database;
  bus: Bus;
  clock: Clock;
  log: Log;
  capabilitiesOf: (engineName: string) => Capabilities;
  /** Beside people and groups; default nothing. */
  shows?: Shows;
  /** Whether anybody listens to what happens in an Inbox, in any process: else no rows are made ready for the Bus. Default yes. */
  isHeard?: (inboxId: number) => boolean;
  /** Tests replace one by a broken one, to see that it is noticed. */
  rules?: Partial<Rules>;
}

export function createChatRoom(options: ChatRoomOptions): ChatRoom {
  const { db, bus, clock, log, capabilitiesOf } = options;
  const publisher = new Publisher({ db, bus, log, capabilitiesOf, isHeard: options.isHeard });
  const rules = { ...soundRules, ...options.rules };
  const shows = options.shows ?? showsNothingMore;
  const context: Context = {
    db,
    bus,
    clock,
    log,
    rules,
    publisher,
    memory: new InboxMemory(),
    eras: new Eras(),
    capabilitiesOf,
    shows,
  };
  const receiver = new Receiver(context);
  const names = new NameMemory(db);
  const ending = new AbortController();
  const sweeping = sweepEarly(context, ending.signal);

  const room: ChatRoom = {
    receive: (inboxId, events, source) => receiver.receive(inboxId, events, source),
    send: (scope, chatId, input) => send(context, scope, chatId, input),
    retry: (scope, messageId) => retry(context, scope, messageId),
    discard: (scope, messageId) => discard(context, scope, messageId),
    giveUp: (inboxId, reason) => orUnavailable(() => giveUp(context, inboxId, reason)),
    reportWith: (inboxId, report, also) => orUnavailable(() => reportWith(context, inboxId, report, also)),
    forward: (scope, messageId, input) => forward(context, scope, messageId, input),
    findTarget: (scope, messageId) => orUnavailable(() => readTarget(db, scope, messageId)),
    findMessage: (scope, messageId) =>
      orUnavailable(async () => readWire(context, (await findTarget(db, scope, messageId)).row.id)),
    messageInfo: (scope, messageId) => orUnavailable(() => messageInfo(db, scope, messageId)),
    markUnread: (scope, chatId) => markUnread(context, scope, chatId),
    listMembers: (scope, chatId) => orUnavailable(() => listMembers(db, scope, chatId)),
    openChat: (scope, inboxId, address, lid) => openChat(context, scope, inboxId, address, lid),
    markRead: (scope, chatId, upTo) => markRead(context, scope, chatId, upTo),
    settleChat: (scope, chatId, word) => settleChat(context, scope, chatId, word),
    findInbox: (scope, inboxId) => orUnavailable(() => read.findInbox(db, capabilitiesOf, scope, inboxId)),
    listInboxes: (scope) => orUnavailable(() => read.listInboxes(db, capabilitiesOf, scope)),
    createInbox: (organisationId, input) =>
      orUnavailable(() =>
        read.createInbox(db, capabilitiesOf, { organisationId, ...input, at: clock.now() }),
      ),
    renameInbox: (scope, inboxId, name) => orUnavailable(() => renameInbox(context, scope, inboxId, name)),
    findChat: (scope, chatId) => orUnavailable(() => read.findChat(db, scope, chatId)),
    listChats: (scope, inboxId, page) => orUnavailable(() => listChats(db, scope, inboxId, page)),
    countChats: (scope) => orUnavailable(() => read.countOwnChats(db, scope)),
    listMessages: (scope, chatId, page) => orUnavailable(() => listMessages(db, scope, chatId, page)),
    listShared: (scope, chatId, page) => orUnavailable(() => listShared(db, scope, chatId, page)),
    search: (scope, request) => orUnavailable(() => search(db, names, scope, request)),
    findContact: (scope, contactId) => orUnavailable(() => findContact(db, scope, contactId)),
    numbersOf: (scope, inboxId, ids) => orUnavailable(() => numbersOf(db, scope, inboxId, ids)),
    listContacts: (scope, inboxId, page) => orUnavailable(() => read.listContacts(db, scope, inboxId, page)),
    changes: (inboxId, since, limit, era) =>
      orUnavailable(() =>
        readChanges(db, capabilitiesOf, { inboxId, since, era, limit: clampLimit(limit, 500, 2_000) }),
      ),
    head: (inboxId) => orUnavailable(() => readSeq(db, inboxId)),
    position: (inboxId) => orUnavailable(() => readHead(db, inboxId)),
    chatAddress: (inboxId, chatId) => orUnavailable(() => read.chatAddress(db, inboxId, chatId)),
    chatAddresses: (inboxId, chatIds) => orUnavailable(() => read.chatAddresses(db, inboxId, chatIds)),
    chatOfAddress: (inboxId, address) => orUnavailable(() => read.chatOfAddress(db, inboxId, address)),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await receiver[Symbol.asyncDispose]();
      await publisher[Symbol.asyncDispose]();
      await sweeping;
    },
  };
  rememberContext(room, context);
  return room;
}

/** Problems: `not-found`, `bad-request`, `unavailable`. */
async function openChat(context: Context, scope: Scope, inboxId: number, address: Address, lid?: Address) {
  return orUnavailable(async () => {
    await read.ownInbox(context.db, scope, inboxId);
    const group = addressKind(address) === 'group';
    if (!group && !isPerson(address)) throw new Problem('bad-request');
    const { value } = await inTurn(context, inboxId, async (turn) => {
      if (lid && addressKind(lid) === 'lid' && addressKind(address) === 'phone') {
        await learnPair(turn, { kind: 'address-pair', lid, phone: address });
      }
      await turn.loadAddresses(withTwins([address]));
      return (await chatOf(turn, address)).now.id;
    });
    return read.findChat(context.db, scope, value);
  });
}

const hour = 3_600_000;
const longestWait = 7 * 24 * hour;

/** Facts whose Message never came are let go after a week, a few at a time. */
async function sweepEarly(context: Context, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await context.clock.delay(hour, signal);
    if (signal.aborted) return;
    try {
      const before = context.clock.now() - longestWait;
      for (let turn = 0; turn < 20 && !signal.aborted; turn++) {
        if ((await expireEarly(context.db, before, 500)) < 500) break;
      }
    } catch (error) {
      context.log.warn({ error }, 'early facts could not be swept');
    }
  }
}
