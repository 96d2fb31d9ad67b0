import { phoneAddress, toAddress, type Address } from '../../contract/address.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import { asRaw, type Raw } from './bounds.ts';
import { act, tellInviteLink } from './act.ts';
import { decodeGroup } from './decode-system.ts';
import { decodeChat, decodeContact, decodeMessage, hiddenTypes, messageFields } from './decode.ts';
import { decodeVote } from './decode-vote.ts';
import { fetchMedia } from './fetch-media.ts';
import { fetchPicture } from './fetch-picture.ts';
import type { Live } from './live.ts';
import { askPair } from './look-up.ts';
import { otherUnread, tellPair } from './one-person.ts';
import {
  listChats,
  listContacts,
  listMessages,
  logOutPage,
  lookAtPage,
  lookUpNumbers,
} from './page-calls.ts';
import { listVotes } from './page-poll.ts';
import { listGroups } from './page-watch.ts';
import { calls, type CallArgs, type CallName, type CallValue } from './protocol.ts';
import { send } from './send.ts';
import { within } from './time-limit.ts';

const listLimitMs = 30_000;

/** Answers one question of the parent. Rejects with words for the operator's log. `waited`: until nobody waits for it. */
export async function answer(
  live: Live,
  name: CallName,
  args: unknown,
  waited?: AbortSignal,
): Promise<unknown> {
  switch (name) {
    case 'send':
      return send(live, calls.send.args.parse(args));
    case 'act':
      return act(live, calls.act.args.parse(args));
    case 'media':
      return fetchMedia(live, calls.media.args.parse(args), waited);
    case 'picture':
      return fetchPicture(live, calls.picture.args.parse(args), waited);
    case 'groups':
      return groups(live, calls.groups.args.parse(args));
    case 'contacts':
      return contacts(live, calls.contacts.args.parse(args));
    case 'chats':
      return chats(live, calls.chats.args.parse(args));
    case 'messages':
      return messages(live, calls.messages.args.parse(args));
    case 'find':
      return find(live, calls.find.args.parse(args));
    case 'findMany':
      return findMany(live, calls.findMany.args.parse(args));
    case 'markRead': {
      const { chat } = calls.markRead.args.parse(args);
      await within(10_000, 'marking as read', live.client.sendSeen(chat));
      const other = await otherUnread(live, chat);
      if (other) await within(10_000, 'marking as read', live.client.sendSeen(other));
      return {};
    }
    case 'inviteLink':
      return tellInviteLink(live, calls.inviteLink.args.parse(args).group);
    case 'pair':
      await live.linking.askCode(calls.pair.args.parse(args).digits);
      return {};
    case 'unlink':
      // The page goes away under the call; that is no failure.
      await within(15_000, 'unlinking', pageOf(live).evaluate(logOutPage)).catch(() => {});
      return {};
    case 'probe':
      await within(20_000, 'a look at the page', pageOf(live).evaluate(lookAtPage));
      return {};
    default:
      throw new Error(`no call ${String(name satisfies never)}`);
  }
}

async function contacts(live: Live, { skip, limit }: CallArgs<'contacts'>): Promise<CallValue<'contacts'>> {
  const listed = pageOf(live).evaluate(listContacts, skip, limit);
  const page = await within(listLimitMs, 'listing contacts', listed);
  // The page also keeps everybody it ever saw in a group, without any name.
  const events = page.contacts
    .flatMap(decodeContact)
    .filter((event) => event.kind !== 'contact' || event.name !== undefined || event.pushName !== undefined);
  const paired = new Set(
    events.flatMap((event) => (event.kind === 'address-pair' ? [event.lid, event.phone] : [])),
  );
  for (const event of events)
    if (event.kind === 'contact' && !paired.has(event.address)) live.lids.hear(event);
  return { events: events as CallValue<'contacts'>['events'], more: page.more };
}

async function chats(live: Live, { limit }: CallArgs<'chats'>): Promise<CallValue<'chats'>> {
  const listed = await within(listLimitMs, 'listing chats', pageOf(live).evaluate(listChats, limit));
  const events = listed.map(decodeChat).filter((event) => event !== undefined);
  events.forEach((event) => live.lids.hear(event));
  return { events, chats: events.map((event) => event.chat) };
}

async function groups(live: Live, { chats }: CallArgs<'groups'>): Promise<CallValue<'groups'>> {
  const listed = pageOf(live).evaluate(listGroups, chats, false);
  const groups = await within(listLimitMs, 'listing groups', listed);
  const now = Date.now();
  const events = groups.map((one) => decodeGroup(one, now)).filter((event) => event !== undefined);
  return { events: events as CallValue<'groups'>['events'] };
}

async function messages(
  live: Live,
  { chat, before, limit }: CallArgs<'messages'>,
): Promise<CallValue<'messages'>> {
  // Whole seconds is all WhatsApp has: the second of `before` itself is asked for again, and merged as known.
  const second = before === undefined ? undefined : Math.floor(before / 1000);
  const patience = listLimitMs - 5_000;
  const listed = pageOf(live).evaluate(
    listMessages,
    chat,
    second,
    limit,
    patience,
    hiddenTypes,
    messageFields,
  );
  const raw = await within(listLimitMs, 'listing messages', listed);
  const events = raw
    .map((one) => decodeMessage(one, 'history', live.me))
    .filter((event) => event !== undefined);
  for (const event of events) {
    live.lids.hear(event);
    live.groups.hear(event);
  }
  const votes = await votesIn(live, raw);
  return { events: [...events, ...votes] as CallValue<'messages'>['events'] };
}

/** What was chosen in the polls among these messages. That it cannot be read costs nothing else. */
async function votesIn(live: Live, raw: readonly Raw[]): Promise<EngineEvent[]> {
  const polls = new Map(
    raw.flatMap((one) => {
      const key = one['type'] === 'poll_creation' ? keyOf(one['id']) : undefined;
      return key === undefined ? [] : [[key, one] as const];
    }),
  );
  if (polls.size === 0) return [];
  const listing = pageOf(live).evaluate(listVotes, [...polls.keys()]);
  const votes = await within(5_000, 'listing votes', listing).catch(() => []);
  return votes.flatMap((vote) => {
    const parentMessage = polls.get(String(vote['parentMsgKey']));
    return decodeVote({ ...vote, parentMessage }, live.me, 1) ?? [];
  });
}

function keyOf(id: unknown): string | undefined {
  const { _serialized: old, $1: text } = asRaw(id);
  return [old, text, id].find((one) => typeof one === 'string');
}

async function find(live: Live, { digits }: CallArgs<'find'>): Promise<CallValue<'find'>> {
  pageOf(live);
  const asked = live.client.getNumberId(digits);
  const address = toAddress(await within(20_000, 'looking a number up', asked));
  if (!address) return {};
  const pair = await askPair(live, address).catch(() => undefined);
  if (pair) tellPair(live, pair);
  const lid: Address | undefined = pair?.lid;
  return { found: { address, ...(lid ? { lid } : {}) } };
}

/** One after the other, as the page asks WhatsApp itself. Nobody is asked for both addresses: that is a question each. */
async function findMany(live: Live, { digits }: CallArgs<'findMany'>): Promise<CallValue<'findMany'>> {
  const asked = pageOf(live).evaluate(
    lookUpNumbers,
    digits.map((one) => phoneAddress(one)),
  );
  const answers = await within(45_000, 'looking numbers up', asked);
  return {
    found: digits.flatMap((one, place) => {
      const address = toAddress(answers[place]?.wid);
      const lid = toAddress(answers[place]?.lid);
      return address ? [{ digits: one, address, ...(lid ? { lid } : {}) }] : [];
    }),
  };
}

function pageOf(live: Live): NonNullable<Live['page']> {
  if (live.phase !== 'working' || !live.page) throw new Error('not connected');
  return live.page;
}
