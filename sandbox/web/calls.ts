import { z } from 'zod';
import { arrange, block, type Arrangement } from '../arranging.ts';
import { acceptInvitation, codeOfLink } from '../invitations.ts';
import { pictureOf } from '../pictures.ts';
import { infoOf } from '../receipts.ts';
import type { MessageFields } from '../shapes.ts';
import type { World } from '../world.ts';
import { Refusal } from '../refusal.ts';
import type { DeviceLink } from './device-link.ts';
import { castVote } from '../votes.ts';
import { rawMessage, rawVote } from './raw.ts';
import type { CallName } from './wire.ts';

const wid = z.string().regex(/^[^@]+@[\w.]+$/);
const args = {
  exists: z.object({ wid }),
  earlier: z.object({ chat: wid, before: z.number().nullable(), except: z.array(z.string()) }),
  send: z.object({
    chat: wid,
    message: z.object({
      id: z.string(),
      type: z.string(),
      body: z.string().optional(),
      caption: z.string().optional(),
      quotedStanzaID: z.string().optional(),
      directPath: z.string().optional(),
      mimetype: z.string().optional(),
      filename: z.string().optional(),
      size: z.number().optional(),
      fields: z.custom<MessageFields>((value) => typeof value === 'object' && value !== null).optional(),
    }),
  }),
  edit: z.object({ id: z.string(), body: z.string() }),
  reference: z.object({ id: z.string() }),
  react: z.object({ id: z.string(), text: z.string() }),
  vote: z.object({ id: z.string(), options: z.array(z.number().int()) }),
  stored: z.object({ ids: z.array(z.string()) }),
  star: z.object({ id: z.string(), star: z.boolean() }),
  arrange: z.object({
    chat: wid,
    archived: z.boolean().optional(),
    pinned: z.boolean().optional(),
    mutedUntil: z.number().optional(),
    unread: z.literal(true).optional(),
  }),
  block: z.object({ wid, blocked: z.boolean() }),
  join: z.object({ group: wid, code: z.string() }),
  groupCode: z.object({ group: wid }),
  typing: z.object({ chat: wid, what: z.enum(['composing', 'recording', 'paused']) }),
  reupload: z.object({ path: z.string() }),
  seen: z.object({ chat: wid }),
  pairingCode: z.object({ phone: z.string() }),
};

/** Page of older messages. */
const pageSize = 25;

/** Does what a page asks of the world. Throws Refusal. */
export async function answerCall(
  link: DeviceLink,
  world: World,
  name: CallName,
  raw: unknown,
): Promise<unknown> {
  switch (name) {
    case 'exists':
      return exists(world, args.exists.parse(raw).wid);
    case 'earlier': {
      const { chat, before, except } = args.earlier.parse(raw);
      await wait(world, world.faults.slowHistoryMs);
      return world
        .messagesOf(chat)
        .filter((message) => before === null || (message.t <= before && !except.includes(message.key)))
        .slice(-pageSize)
        .map((message) => rawMessage(message, world));
    }
    case 'send':
      return send(link, world, args.send.parse(raw));
    case 'edit': {
      const { id, body } = args.edit.parse(raw);
      world.edit(id, body);
      return true;
    }
    case 'revoke':
      world.revoke(args.reference.parse(raw).id);
      return true;
    case 'remove':
      world.remove(args.reference.parse(raw).id);
      return true;
    case 'react': {
      const { id, text } = args.react.parse(raw);
      world.react(id, world.me.phone, text);
      return true;
    }
    case 'vote': {
      const { id, options } = args.vote.parse(raw);
      castVote(world, world.find(id), world.me.phone, options);
      return true;
    }
    case 'votes': {
      const message = world.find(args.reference.parse(raw).id);
      return (message.votes ?? []).map((vote) => rawVote(message, vote, world));
    }
    case 'stored': {
      const { ids } = args.stored.parse(raw);
      return world.state.messages.filter(({ key }) => ids.includes(key)).map((one) => rawMessage(one, world));
    }
    case 'star': {
      const { id, star } = args.star.parse(raw);
      world.star(id, star);
      return true;
    }
    case 'arrange': {
      const { chat, ...set } = args.arrange.parse(raw);
      arrange(world, chat, JSON.parse(JSON.stringify(set)) as Arrangement);
      return true;
    }
    case 'block': {
      const { wid, blocked } = args.block.parse(raw);
      block(world, wid, blocked);
      return true;
    }
    case 'join': {
      const { group, code } = args.join.parse(raw);
      return acceptInvitation(world, group, code);
    }
    case 'groupCode':
      return codeOfLink(world, args.groupCode.parse(raw).group);
    case 'picture': {
      const picture = pictureOf(world, args.exists.parse(raw).wid);
      if (picture === undefined) return { status: 404 };
      return picture === 'hidden' ? { status: 401 } : picture;
    }
    case 'typing':
      world.tell({ kind: 'typing', ...args.typing.parse(raw) });
      return true;
    case 'info':
      return infoOf(world, world.find(args.reference.parse(raw).id));
    case 'reupload': {
      const { path } = args.reupload.parse(raw);
      if (!world.online) return 'waiting';
      return world.faults.media === 'gone' || !world.media.get(path) ? 'missing' : 'there';
    }
    case 'seen':
      world.readByUs(args.seen.parse(raw).chat, link.device?.id);
      return true;
    case 'logout':
      if (link.device) world.unlink(link.device.id);
      return true;
    case 'pairingCode': {
      if (!link.page) throw new Refusal('no-waiting-device', 'not waiting to be linked');
      return world.waiting.askCode(link.page, args.pairingCode.parse(raw).phone);
    }
    default:
      throw new Refusal('bad-request', `no call ${String(name)}`);
  }
}

/** Who asks for a number learns its pair; who asks for a hidden address learns nothing. */
function exists(world: World, wid: string): { wid?: string | undefined; lid?: string | undefined } {
  if (world.askedAbout.push(wid) > 1_000) world.askedAbout.shift();
  const person = world.people.byWid(wid);
  if (!person) return {};
  if (person.numberHidden && wid === person.lid) return { wid, lid: wid };
  if (person.numberHidden && person.phone && person.lid) world.learnPair(person.phone, person.lid);
  return { wid: person.phone ?? person.lid, lid: person.lid };
}

async function send(
  link: DeviceLink,
  world: World,
  { chat, message }: z.infer<typeof args.send>,
): Promise<unknown> {
  if (!link.device) throw new Refusal('unknown-device');
  const [, , id, author] = message.id.split('_');
  if (!id) throw new Refusal('bad-request', 'no message id');
  const path = message.directPath;
  const taken = world.acceptSend(
    {
      id,
      chat,
      type: message.type,
      body: (path ? message.caption : message.body) ?? '',
      ...(author ? { author } : {}),
      ...(message.quotedStanzaID ? { quoted: message.quotedStanzaID } : {}),
      ...(path ? { media: mediaOf(path, message) } : {}),
      ...(message.fields ? { fields: message.fields } : {}),
    },
    link.device.id,
  );
  if (world.faults.sends !== 'normal') return new Promise(() => {});
  // The answer comes after the tick: the interleaving in which an echo overtakes the send.
  if (world.faults.ackBeforeMessage) world.ack(taken.id, 2);
  return { ack: 1, t: taken.t };
}

const mediaOf = (
  path: string,
  from: { mimetype?: string | undefined; size?: number | undefined; filename?: string | undefined },
) => ({
  path,
  mimetype: from.mimetype ?? 'application/octet-stream',
  size: from.size ?? 0,
  ...(from.filename ? { filename: from.filename } : {}),
});

const wait = (world: World, ms: number): Promise<void> =>
  ms > 0 ? new Promise((resolve) => world.after(ms, resolve)) : Promise.resolve();
