import { phoneAddress, toAddress } from '../../contract/address.ts';
import { twinOf } from '../../contract/number-twin.ts';
import { act, markRead, tellInviteLink } from './act.ts';
import { fetchMedia } from './fetch-media.ts';
import { fetchPicture } from './fetch-picture.ts';
import { groups, olderMessages } from './history.ts';
import { toJid } from './jid.ts';
import type { Life } from './life.ts';
import { calls, type CallName, type CallValue } from './protocol.ts';
import { send } from './send.ts';
import { within } from './time-limit.ts';

/** Answers the parent's questions. Rejects when it cannot be known. */
export async function answer(
  life: Life,
  name: CallName,
  raw: unknown,
  waited: AbortSignal,
): Promise<CallValue<CallName>> {
  switch (name) {
    case 'send':
      return send(life, calls.send.args.parse(raw), waited);
    case 'act':
      return act(life, calls.act.args.parse(raw), waited);
    case 'media':
      return fetchMedia(life, calls.media.args.parse(raw), waited);
    case 'picture':
      return fetchPicture(life, calls.picture.args.parse(raw), waited);
    case 'groups':
      return { events: await groups(life) };
    case 'messages':
      return { events: await olderMessages(life, calls.messages.args.parse(raw)) };
    case 'find':
      return find(life, calls.find.args.parse(raw).digits);
    case 'findMany':
      return findMany(life, calls.findMany.args.parse(raw).digits);
    case 'markRead':
      await markRead(life, calls.markRead.args.parse(raw).chat);
      return {};
    case 'inviteLink':
      return tellInviteLink(life, calls.inviteLink.args.parse(raw).group);
    case 'pair':
      await life.pair(calls.pair.args.parse(raw).digits);
      return {};
    case 'unlink':
      await life.unlink();
      return {};
    case 'probe':
      return probe(life);
    default:
      throw new Error(`no call ${String(name satisfies never)}`);
  }
}

/** Asks WhatsApp's servers for an answer, whichever. */
async function probe(life: Life): Promise<CallValue<'probe'>> {
  const ping = {
    tag: 'iq',
    attrs: { to: 's.whatsapp.net', type: 'get', xmlns: 'w:p' },
    content: [{ tag: 'ping', attrs: {} }],
  };
  const answered = (await life.working().query(ping, 20_000)) as unknown;
  if (answered === undefined) throw new Error('WhatsApp does not answer');
  return { memoryBytes: process.memoryUsage.rss() };
}

async function find(life: Life, digits: string): Promise<CallValue<'find'>> {
  const socket = life.working();
  const jid = toJid(phoneAddress(digits));
  const [found] = (await within(20_000, 'finding a number', socket.onWhatsApp(jid))) ?? [];
  const address = toAddress(found?.jid);
  if (!found?.exists || !address) return {};
  const lid = toAddress(await socket.signalRepository.lidMapping.getLIDForPN(toJid(address)));
  return { found: { address, ...(lid ? { lid } : {}) } };
}

/** All of them in one question. */
async function findMany(life: Life, digits: readonly string[]): Promise<CallValue<'findMany'>> {
  const socket = life.working();
  const asked = new Map(digits.map((one) => [toJid(phoneAddress(one)), one]));
  const answers = (await within(40_000, 'finding numbers', socket.onWhatsApp(...asked.keys()))) ?? [];
  const found: CallValue<'findMany'>['found'] = [];
  for (const { jid, exists } of answers) {
    const address = toAddress(jid);
    if (!exists || !address) continue;
    const lid = toAddress(await socket.signalRepository.lidMapping.getLIDForPN(toJid(address)));
    // A number may be answered in its other spelling (Brazil); then it is the one that is like it.
    const wanted = asked.get(toJid(address)) ?? digits.find((one) => twinOf(phoneAddress(one)) === address);
    if (wanted !== undefined) found.push({ digits: wanted, address, ...(lid ? { lid } : {}) });
  }
  return { found };
}
