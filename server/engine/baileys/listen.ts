import { downloadAndProcessHistorySyncNotification } from 'baileys';
import type { proto, WAMessage } from 'baileys';
import { toAddress } from '../../contract/address.ts';
import type { EngineEvent, Origin } from '../../contract/engine-event.ts';
import { firstLine } from '../../engine-child/trouble.ts';
import { asRaw, milliseconds, type Raw } from './bounds.ts';
import { partOf } from './decode-content.ts';
import { decodeGroup, decodePair } from './decode-group.ts';
import {
  contentOf,
  decodeAll,
  decodeChat,
  decodeContact,
  decodePicture,
  decodePresence,
  decodeReaction,
  decodeReceipt,
  decodeUpdate,
  readKey,
} from './decode.ts';
import { toJid } from './jid.ts';
import type { Life } from './life.ts';
import type { WASocket } from './socket.ts';
import { markOf } from './notices.ts';
import { openVote, pollOf, votesOf } from './votes.ts';

const unreadAtMost = 100;

/**
 * What is said of a message is heard when it is said. Of what it gathers the library makes one: an edit takes the place of
 * the text it changes, a deletion that of the message itself, under another id, and a lower tick that of a higher one.
 */
function listenAhead(life: Life, { ev }: Pick<WASocket, 'ev'>): void {
  const now = Date.now;
  const heard: Partial<Record<string, (one: Raw) => void>> = {
    'messages.update': ({ key, update }) => tellOf(decodeUpdate(key, update, now())),
    'messages.reaction': ({ key, reaction }) => tellOf(decodeReaction(key, reaction, life.me)),
    'message-receipt.update': ({ key, receipt }) => {
      const event = decodeReceipt(key, receipt, now());
      tellOf(event);
      if (event?.kind === 'receipt') life.groupAcks.hear(event);
    },
  };
  const tellOf = (event: EngineEvent | undefined): void => event && life.tell(event);
  type Upsert = { messages: WAMessage[] };
  const isUnderWay = ({ messages }: Upsert): boolean =>
    messages.every(({ key }) => key.fromMe === true && life.saying.has(key.id ?? ''));
  const { emit } = ev;
  ev.emit = ((name: string, data: unknown) => {
    // The library tells of what we send as soon as it is on its way.
    if (name === 'messages.upsert' && isUnderWay(data as Upsert)) return true;
    const hear = heard[name];
    if (!hear) return (emit as (name: string, data: unknown) => boolean).call(ev, name, data);
    for (const one of data as Raw[]) readSafely(life, () => hear(one));
    return true;
  }) as typeof emit;
}

/** Turns what the library says into facts. */
export function listenTo(life: Life, socket: Pick<WASocket, 'ev'>): void {
  listenAhead(life, socket);
  const { ev } = socket;
  const safely =
    <T>(hear: (value: T) => void) =>
    (value: T): void =>
      readSafely(life, () => hear(value));
  ev.on('messages.upsert', ({ messages }) =>
    messages.forEach(safely((info: proto.IWebMessageInfo) => hearMessage(life, info))),
  );
  ev.on(
    'messaging-history.set',
    safely((set) => hearHistory(life, set)),
  );
  for (const name of ['contacts.upsert', 'contacts.update'] as const)
    ev.on(
      name,
      safely((contacts: readonly object[]) =>
        life.tell(...contacts.flatMap((one) => [...decodeContact(one), ...decodePicture(one)])),
      ),
    );
  for (const name of ['chats.upsert', 'chats.update'] as const)
    ev.on(
      name,
      safely((chats: readonly object[]) => {
        for (const one of chats) {
          const event = decodeChat(one, Date.now(), false);
          if (!event) continue;
          if (event.unread === 0) life.unread.delete(event.chat);
          life.tell(event);
        }
      }),
    );
  ev.on(
    'groups.upsert',
    safely((groups) => {
      for (const group of groups) {
        life.groups.set(group.id, group);
        life.tell(...decodeGroup(group, Date.now()));
      }
    }),
  );
  // The list is asked for again where it is needed: a change names only who has changed.
  ev.on(
    'groups.update',
    safely((groups) => groups.forEach(({ id }) => id && life.groups.delete(id))),
  );
  ev.on(
    'group-participants.update',
    safely(({ id }) => life.groups.delete(id)),
  );
  ev.on(
    'lid-mapping.update',
    safely(({ lid, pn }) => {
      const pair = decodePair([lid, pn]);
      if (pair) life.tell(pair);
    }),
  );
  ev.on(
    'blocklist.update',
    safely(({ blocklist, type }) => {
      for (const jid of blocklist) {
        const address = toAddress(jid);
        if (address) life.tell({ kind: 'contact', address, blocked: type === 'add' });
      }
    }),
  );
  ev.on(
    'presence.update',
    safely((update) => {
      const event = decodePresence(update);
      if (event) life.tell(event);
    }),
  );
}

/** One thing that cannot be read does not cost the others. */
function readSafely<T>(life: Life, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    life.log('warn', `unreadable: ${firstLine(error)}`);
    return undefined;
  }
}
const readEach = <T>(life: Life, all: readonly T[], read: (one: T) => EngineEvent[]): EngineEvent[] =>
  all.flatMap((one) => readSafely(life, () => read(one)) ?? []);

function hearMessage(life: Life, info: proto.IWebMessageInfo): void {
  const events = decodeAll(info, 'live', life.me);
  const key = readKey(info.key);
  for (const event of events) {
    if (event.kind === 'receipt') life.groupAcks.hear(event);
    if (event.kind !== 'message') continue;
    const clientId = event.fromMe ? life.clientIds.get(event.messageId) : undefined;
    if (clientId !== undefined) event.clientId = clientId;
    if (event.fromMe) life.unread.delete(event.chat);
    else if (info.key) noteUnread(life, event.chat, info.key);
  }
  life.keep(info);
  life.tell(...events);
  noteAwaited(life, info as WAMessage, events);
  // What a notice is about comes after it; and that it waits is not what was opened of it.
  const isWhole =
    markOf(info) === undefined && !events.some((one) => one.kind === 'message' && one.type === 'waiting');
  if (isWhole) life.journal.told(info.key?.id ?? '');
  if (!key) return;
  const content = contentOf(info.message);
  const failed = (error: unknown): void => life.log('warn', `unreadable: ${firstLine(error)}`);
  if (content['pollUpdateMessage']) hearVote(life, asRaw(info)).catch(failed);
  const notice = (content as proto.IMessage).protocolMessage?.historySyncNotification;
  if (key.fromMe && notice?.peerDataRequestSessionId) hearOlder(life, notice).catch(failed);
}

/** It cannot be read yet, or can at last. */
function noteAwaited(life: Life, info: WAMessage, events: readonly EngineEvent[]): void {
  const told = events.find((event) => event.kind === 'message');
  if (!told) return;
  const noted = told.type === 'waiting' ? life.awaited.note(info) : life.awaited.came([info.key]);
  noted.catch((error: unknown) => life.log('warn', `what is awaited: ${firstLine(error)}`));
}

function noteUnread(life: Life, chat: Parameters<typeof life.unread.get>[0], key: proto.IMessageKey): void {
  const keys = life.unread.get(chat) ?? [];
  keys.push(key);
  life.unread.set(chat, keys.slice(-unreadAtMost));
}

async function hearVote(life: Life, info: Raw): Promise<void> {
  const update = asRaw(contentOf(info['message'])['pollUpdateMessage']);
  const about = readKey(update['pollCreationMessageKey']);
  const own = readKey(info['key']);
  if (!about || !own) return;
  const kept = await life.infoOf(about.messageId);
  const poll = pollOf(kept?.message ?? undefined);
  const creation = readKey(kept?.key);
  const [self] = life.me;
  if (!poll || !creation || !self) return;
  const voter = own.fromMe ? self : (own.participant ?? own.chat);
  const creator = creation.fromMe ? self : (creation.participant ?? creation.chat);
  const spellings = {
    creator: creation.fromMe ? life.ownJids() : await spellingsOf(life, toJid(creator)),
    voter: own.fromMe ? life.ownJids() : await spellingsOf(life, toJid(voter)),
  };
  const options = openVote(info, poll, spellings);
  if (!options) return life.log('debug', 'a vote does not open');
  const at =
    milliseconds(update['senderTimestampMs']) ?? milliseconds(info['messageTimestamp']) ?? Date.now();
  const { chat, messageId, fromMe } = creation;
  life.tell({ kind: 'vote', messageId, chat, fromMe, voter, fromUs: own.fromMe, options, at });
}

async function spellingsOf(life: Life, jid: string): Promise<string[]> {
  const { lidMapping } = life.working().signalRepository;
  const other = jid.endsWith('@lid')
    ? await lidMapping.getPNForLID(jid)
    : await lidMapping.getLIDForPN(jid).catch(() => null);
  return other ? [jid, other.replace(/:\d+@/, '@')] : [jid];
}

/** A batch of history, as facts. */
function hearHistory(
  life: Life,
  set: { chats: unknown[]; contacts: unknown[]; messages: proto.IWebMessageInfo[] },
): void {
  const now = Date.now();
  void life.notices.tell([
    ...readEach(life, set.chats, (one) =>
      [decodeChat(one, now, true)].filter((event) => event !== undefined),
    ),
    ...eventsOf(life, set),
  ]);
}
function eventsOf(
  life: Life,
  set: { contacts: unknown[]; messages: proto.IWebMessageInfo[] },
): EngineEvent[] {
  return [
    ...readEach(life, set.contacts, decodeContact),
    ...readEach(life, set.messages, (info) => historyOf(life, info, 'history')),
  ];
}

/** The phone's answer to whoever asked for older messages. The library would leave out what it has told before. */
async function hearOlder(life: Life, notice: proto.Message.IHistorySyncNotification): Promise<void> {
  const waiting = life.waiting.get(notice.peerDataRequestSessionId ?? '');
  if (!waiting) return;
  const set = await downloadAndProcessHistorySyncNotification(notice, {});
  const pairs = (set.lidPnMappings ?? []).flatMap(({ lid, pn }) => decodePair([lid, pn]) ?? []);
  waiting([...pairs, ...eventsOf(life, set)]);
}

function historyOf(life: Life, info: proto.IWebMessageInfo, origin: Origin): EngineEvent[] {
  life.keep(info);
  const part = partOf(contentOf(info.message));
  const poll = part?.type === 'poll' ? pollOf(info.message ?? undefined) : undefined;
  return [...decodeAll(info, origin, life.me), ...(poll ? votesOf(asRaw(info), poll, life.me) : [])];
}
