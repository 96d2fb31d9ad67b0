import { z } from 'zod';
import { arrange } from './arranging.ts';
import { changeGroup, createGroup, newSecurityCode, numberChanged, type GroupChange } from './groups.ts';
import type { Inbound } from './inputs.ts';
import { example, kindNames } from './kinds.ts';
import { changePicture, portraits } from './pictures.ts';
import { Refusal } from './refusal.ts';
import type { SampleName } from './sample-name.ts';
import { sampleNames } from './samples.ts';
import type { MessageFields } from './shapes.ts';
import { viewOfDevice } from './view.ts';
import { vote } from './votes.ts';
import type { World } from './world.ts';

const text = z.string().max(65_536);
const wid = z.string().regex(/^[\w.-]+@(c\.us|lid|g\.us)$/, 'an address, like 39…@c.us');
const id = z.string().min(1).max(256);
const name = z.string().trim().min(1).max(100);
const ms = z.number().int().min(0).max(600_000);

/** What a message may hold; `kind` and `sample` are ready ones, `fields` are the page's own. */
const written = {
  body: text.optional(),
  type: z
    .string()
    .regex(/^[a-z0-9_]{1,40}$/)
    .optional(),
  kind: z.enum(kindNames).optional(),
  sample: z.enum(sampleNames as [SampleName, ...SampleName[]]).optional(),
  media: z
    .object({
      /** Base64. */
      data: z.base64(),
      mimetype: z.string().max(120),
      filename: z.string().max(200).optional(),
    })
    .optional(),
  fields: z.record(z.string().max(60), z.unknown()).optional(),
  quoted: id.optional(),
};
type Written = { [Name in keyof typeof written]?: z.output<(typeof written)[Name]> };

function contentsOf({ kind, media, fields, ...plain }: Written): Omit<Inbound, 'from'> {
  const ready = kind ? example(kind) : {};
  const file = media && { ...given(media), data: Buffer.from(media.data, 'base64') };
  return {
    ...ready,
    ...given(plain),
    ...(file ? { media: file as NonNullable<Inbound['media']> } : {}),
    ...(fields || ready.fields ? { fields: { ...ready.fields, ...(fields as MessageFields) } } : {}),
  };
}

const somebody = { people: z.array(wid).min(1).max(50) };
const by = { by: wid.optional() };
const groupChange = z.discriminatedUnion('do', [
  z.object({ do: z.literal('add'), ...somebody, ...by }),
  z.object({ do: z.literal('join'), ...somebody }),
  z.object({ do: z.literal('remove'), ...somebody, ...by }),
  z.object({ do: z.literal('leave'), ...somebody }),
  z.object({ do: z.literal('promote'), ...somebody, ...by }),
  z.object({ do: z.literal('demote'), ...somebody, ...by }),
  z.object({ do: z.literal('subject'), text: name, ...by }),
  z.object({ do: z.literal('description'), text: text.max(2_000), ...by }),
  z.object({ do: z.literal('picture'), ...by }),
  z.object({ do: z.literal('number'), from: wid, to: wid }),
]);

interface Verb {
  act(world: World, body: unknown): unknown;
}
/** Joins a verb's input with what it does; the input is checked before the world hears of it. */
const verb = <Input extends z.ZodType>(
  input: Input,
  act: (world: World, input: z.infer<Input>) => unknown,
): Verb => ({
  act: (world, body) => act(world, input.parse(body)),
});
/** Keys that were not given are not there (instead of being `undefined`). */
function given<T extends object>(from: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** `POST /api/<name>` of the control door. What a verb returns is the answer; nothing becomes `{}`. */
export const verbs: Record<string, Verb> = {
  // the phone
  scan: verb(z.object({ qr: text.min(1) }), (world, { qr }) => viewOfDevice(world.scan(qr))),
  'scan-on-screen': verb(z.object({}), (world) => viewOfDevice(world.scanOnScreen())),
  'enter-code': verb(z.object({ code: z.string().max(40) }), (world, { code }) =>
    viewOfDevice(world.enterCode(code)),
  ),
  unlink: verb(z.object({ device: id.optional() }), (world, { device }) => world.unlink(device)),
  online: verb(z.object({ online: z.boolean() }), (world, { online }) => world.setPhoneOnline(online)),
  receipts: verb(z.object({ receipts: z.boolean() }), (world, { receipts }) => world.setReceipts(receipts)),
  'from-phone': verb(z.object({ to: wid, ...written }), (world, { to, ...what }) =>
    world.fromPhone({ to, ...contentsOf(what) }),
  ),
  'read-by-us': verb(z.object({ chat: wid }), (world, { chat }) => world.readByUs(chat)),
  // the other people
  inbound: verb(
    z.object({
      from: wid,
      group: wid.optional(),
      pushName: name.optional(),
      t: z.number().int().positive().optional(),
      ...written,
    }),
    (world, { from, group, pushName, t, ...what }) =>
      world.inbound({ from, ...given({ group, pushName, t }), ...contentsOf(what) }),
  ),
  'read-by-them': verb(z.object({ chat: wid, member: wid.optional() }), (world, { chat, member }) =>
    world.readByThem(chat, member),
  ),
  group: verb(z.object({ subject: name, people: z.array(wid).max(50), id: wid.optional() }), (world, group) =>
    createGroup(world, given(group)),
  ),
  'change-group': verb(z.object({ group: wid, change: groupChange }), (world, { group, change }) =>
    changeGroup(world, group, given(change) as GroupChange),
  ),
  'number-changed': verb(z.object({ from: wid, to: wid }), (world, { from, to }) =>
    numberChanged(world, from, to),
  ),
  'new-security-code': verb(z.object({ chat: wid }), (world, { chat }) => newSecurityCode(world, chat)),
  arrange: verb(
    z.object({
      chat: wid,
      archived: z.boolean().optional(),
      pinned: z.boolean().optional(),
      mutedUntil: z.number().int().min(-1).optional(),
      unread: z.literal(true).optional(),
    }),
    (world, { chat, ...set }) => arrange(world, chat, given(set)),
  ),
  person: verb(
    z.object({
      id: id.optional(),
      phone: wid.optional(),
      lid: wid.optional(),
      name: name.optional(),
      pushName: name.optional(),
      receipts: z.boolean().optional(),
      stranger: z.boolean().optional(),
      blocked: z.boolean().optional(),
      autoReplyMs: ms.nullable().optional(),
    }),
    person,
  ),
  picture: verb(
    z.object({
      of: wid,
      portrait: z.int().min(1).max(portraits.length).optional(),
      data: z.base64().optional(),
    }),
    (world, { of, portrait, data }) =>
      changePicture(
        world,
        of,
        data === undefined
          ? portraits[(portrait ?? 0) - 1]
          : { body: Buffer.from(data, 'base64'), mimetype: 'image/jpeg' },
      ),
  ),
  pair: verb(z.object({ phone: wid, lid: wid }), (world, { phone, lid }) => world.learnPair(phone, lid)),
  // messages
  ack: verb(
    z.object({
      id,
      ack: z.union([z.literal(-1), z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
    }),
    (world, { id, ack }) => world.ack(id, ack),
  ),
  edit: verb(z.object({ id, body: text.min(1) }), (world, { id, body }) => world.edit(id, body)),
  revoke: verb(z.object({ id }), (world, { id }) => world.revoke(id)),
  decrypt: verb(z.object({ id, ...written }), (world, { id, ...what }) =>
    world.decrypt(id, contentsOf(what)),
  ),
  star: verb(z.object({ id, star: z.boolean() }), (world, { id, star }) => world.star(id, star)),
  remove: verb(z.object({ id }), (world, { id }) => world.remove(id)),
  react: verb(z.object({ id, from: wid, text: z.string().max(32) }), (world, { id, from, text }) =>
    world.react(id, from, text),
  ),
  vote: verb(
    z.object({ id, from: wid, options: z.array(z.string().max(1_000)).max(20) }),
    (world, { id, from, options }) => vote(world, id, from, options),
  ),
  // what goes wrong
  faults: verb(
    z.object({
      sync: z.enum(['normal', 'quick', 'instant']).optional(),
      sends: z.enum(['normal', 'refuse', 'hold-reply', 'hang']).optional(),
      duplicateEvents: z.boolean().optional(),
      ackBeforeMessage: z.boolean().optional(),
      ackBackwards: z.boolean().optional(),
      media: z.enum(['normal', 'fail-twice', 'gone']).optional(),
      uploads: z.enum(['normal', 'refuse']).optional(),
      slowAckMs: ms.optional(),
      slowHistoryMs: ms.optional(),
      codeMs: ms.optional(),
      serverDown: z.boolean().optional(),
    }),
    (world, faults) => {
      world.setFaults(given(faults));
      return world.faults;
    },
  ),
  command: verb(
    z.discriminatedUnion('do', [
      z.object({ do: z.literal('state'), state: z.string().max(40) }),
      z.object({ do: z.literal('resync') }),
      z.object({ do: z.literal('reload'), times: z.number().int().min(1).max(20), everyMs: ms }),
      z.object({ do: z.literal('iframes'), count: z.number().int().min(1).max(10) }),
      z.object({ do: z.literal('drop-sockets') }),
      z.object({ do: z.literal('stream-error'), code: z.string().regex(/^\d{3}$/) }),
    ]),
    (world, command) => world.command(command),
  ),
};

interface PersonInput {
  id?: string | undefined;
  phone?: string | undefined;
  lid?: string | undefined;
  name?: string | undefined;
  pushName?: string | undefined;
  receipts?: boolean | undefined;
  stranger?: boolean | undefined;
  autoReplyMs?: number | null | undefined;
}

/** Without an id a new person comes into the world; with one, theirs are the changes. */
function person(world: World, { id, autoReplyMs, ...rest }: PersonInput): unknown {
  const set = given(rest);
  const reply = typeof autoReplyMs === 'number' ? { autoReplyMs } : {};
  if (id === undefined) {
    if (!set.pushName || (!set.phone && !set.lid))
      throw new Refusal('bad-request', 'a person has a push name and an address');
    for (const wid of [set.phone, set.lid])
      if (wid && world.people.byWid(wid)) throw new Refusal('bad-request', `${wid} is somebody already`);
    return world.people.add({ ...set, ...reply, pushName: set.pushName });
  }
  const had = world.people.byId(id);
  if (!had) throw new Refusal('bad-request', 'nobody has this id');
  if (autoReplyMs === null) delete had.autoReplyMs;
  world.people.change(had, { ...set, ...reply });
  return had;
}
