import fc from 'fast-check';
import type { Ack } from '../contract/ack.ts';
import { toAddress, type Address } from '../contract/address.ts';
import type { MessageContent } from '../contract/content.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { start } from './testing.ts';

/**
 * Generated histories for the law of `receive`: one small world told in pieces that contradict, repeat and precede each
 * other as real sources do.
 */
const people = [0, 1, 2].map((n) => ({
  phone: toAddress(n === 2 ? '5511987654321@c.us' : `3933300000${n}@c.us`)!,
  /** The same number as it is written elsewhere. */
  twin: toAddress(n === 2 ? '551187654321@c.us' : `3933300000${n}@c.us`)!,
  lid: toAddress(`9876500000${n}@lid`)!,
}));
const groups = [toAddress('12036300001@g.us')!, toAddress('12036300002@g.us')!];

const who = fc.nat(2);
const which = fc.nat(7);
const bit = fc.boolean();

const content = fc.record<MessageContent>(
  {
    viewOnce: fc.constant(true),
    poll: fc.record({
      question: fc.constantFrom('Where?', 'When?'),
      options: fc.constant(['here', 'there']),
    }),
    link: fc.record({ url: fc.constantFrom('https://a.example', 'https://b.example') }),
    mentions: fc.subarray(['39333300000@c.us', '98765000001@lid']),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<MessageContent>;

const media = fc.record(
  {
    mime: fc.constantFrom('', 'image/jpeg', 'image/png'),
    size: fc.constantFrom(10, 20),
    fileName: fc.constantFrom('a.jpg', 'b.jpg'),
    reference: fc.constantFrom('{"a":1}', '{"b":2}'),
    gone: bit,
    seconds: fc.constantFrom(7, 14),
  },
  { requiredKeys: ['mime'] },
);

const item = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('message' as const),
      m: which,
      variant: fc.nat(4),
      live: bit,
      spell: bit,
      sender: fc.constantFrom('phone', 'lid', 'none'),
      ack: fc.option(fc.constantFrom<Ack>(-1, 0, 1, 2, 3, 4), { nil: undefined }),
      content: fc.option(content, { nil: undefined }),
      media: fc.option(media, { nil: undefined }),
      forwarded: fc.option(fc.constantFrom<1 | 2>(1, 2), { nil: undefined }),
      starred: bit,
    }),
  },
  { weight: 3, arbitrary: fact('ack', fc.record({ ack: fc.constantFrom<Ack>(-1, 0, 1, 2, 3, 4) })) },
  { weight: 2, arbitrary: fact('edit', fc.record({ version: fc.nat(3) })) },
  { weight: 1, arbitrary: fact('star', fc.record({ version: fc.nat(3), starred: bit })) },
  {
    weight: 2,
    arbitrary: fact(
      'receipt',
      fc.record({
        person: who,
        senderSpell: bit,
        version: fc.nat(3),
        ack: fc.constantFrom<Ack>(1, 2, 3, 4),
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('group' as const),
      group: fc.nat(1),
      version: fc.nat(4),
      subject: fc.option(fc.constantFrom('Sales', 'Family'), { nil: undefined }),
      members: fc.option(fc.array(fc.record({ person: who, spell: bit, admin: bit }), { maxLength: 3 }), {
        nil: undefined,
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('membership' as const),
      group: fc.nat(1),
      version: fc.nat(4),
      person: who,
      spell: bit,
      role: fc.constantFrom('member', 'admin', 'gone'),
    }),
  },
  { weight: 1, arbitrary: fact('revoke', fc.record({ version: fc.nat(3) })) },
  {
    weight: 2,
    arbitrary: fact(
      'reaction',
      fc.record({
        person: who,
        us: bit,
        emoji: fc.constantFrom('', '👍', '❤️'),
        version: fc.nat(3),
        senderSpell: bit,
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fact(
      'vote',
      fc.record({
        person: who,
        us: bit,
        options: fc.subarray(['here', 'there', 'elsewhere']),
        version: fc.nat(3),
        senderSpell: bit,
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('chat' as const),
      chat: fc.nat(4),
      spell: bit,
      unread: fc.option(fc.integer({ min: -1, max: 4 }), { nil: undefined }),
      version: fc.nat(8),
      pinned: fc.option(bit, { nil: undefined }),
      name: fc.option(fc.constantFrom('Sales', 'Family'), { nil: undefined }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('contact' as const),
      person: who,
      spell: bit,
      name: fc.option(fc.constantFrom('Anna', 'Ann'), { nil: undefined }),
      pushName: fc.option(fc.constantFrom('anna!', '~a'), { nil: undefined }),
      isBusiness: bit,
      isMe: bit,
      blocked: fc.option(bit, { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pair' as const), person: who }) },
);

function fact<K extends string, T>(kind: K, own: fc.Arbitrary<T>) {
  return fc.record({
    kind: fc.constant(kind),
    m: which,
    names: fc.constantFrom('chat', 'direction', 'both', 'none'),
    spell: bit,
    own,
  });
}

const plan = fc.record({ chat: fc.nat(4), fromMe: bit, sender: who });

/** `events` as they happened, and a way to tell them: shuffled, some twice, cut into batches. */
export const history = fc
  .record({
    paired: fc.tuple(bit, bit, bit),
    plans: fc.array(plan, { minLength: 8, maxLength: 8 }),
    items: fc.array(item, { minLength: 1, maxLength: 40 }),
    seed: fc.nat(),
  })
  .map(({ paired, plans, items, seed }) => {
    const events = items.flatMap((one) => toEvents(one, plans, paired));
    // A person whose Addresses are both used is paired somewhere in the history.
    for (const [n, person] of people.entries()) {
      if (paired[n]) events.push({ kind: 'address-pair', lid: person.lid, phone: person.phone });
    }
    return { events, batches: retell(events, seed) };
  });

type Item = typeof item extends fc.Arbitrary<infer T> ? T : never;
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

function spelling(person: number, spell: boolean, paired: readonly boolean[]): Address {
  const { phone, lid, twin } = people[person]!;
  // One whose pair stays unknown is only ever seen under one kind of Address; of person 1 that is a LID.
  if (!paired[person]) return person === 1 ? lid : spell ? twin : phone;
  return spell ? lid : phone;
}

function chatAddress(chat: number, spell: boolean, paired: readonly boolean[]): Address {
  return chat < 3 ? spelling(chat, spell, paired) : groups[chat - 3]!;
}

function toEvents(one: Item, plans: readonly Plan[], paired: readonly boolean[]): EngineEvent[] {
  if (one.kind === 'pair') {
    const { lid, twin } = people[one.person]!;
    return paired[one.person] ? [{ kind: 'address-pair', lid, phone: twin }] : [];
  }
  if (one.kind === 'group') {
    return [
      {
        kind: 'group',
        chat: groups[one.group]!,
        at: start + one.version * 10_000,
        ...(one.subject !== undefined && { subject: one.subject }),
        ...(one.members && {
          members: one.members.map(({ person, spell, admin }) => ({
            address: spelling(person, spell, paired),
            role: admin ? ('admin' as const) : ('member' as const),
          })),
        }),
      },
    ];
  }
  if (one.kind === 'membership') {
    return [
      {
        kind: 'membership',
        chat: groups[one.group]!,
        at: start + one.version * 10_000,
        members: [spelling(one.person, one.spell, paired)],
        role: one.role,
      },
    ];
  }
  if (one.kind === 'contact') {
    const { kind, person, spell, name, pushName, isBusiness, isMe, blocked } = one;
    return [
      {
        kind,
        address: spelling(person, spell, paired),
        isBusiness,
        ...(isMe && person < 2 && { isMe }),
        ...(blocked !== undefined && { blocked }),
        ...(name !== undefined && { name }),
        ...(pushName !== undefined && { pushName }),
      },
    ];
  }
  if (one.kind === 'chat') {
    const { kind, chat, spell, unread, version, pinned, name } = one;
    return [
      {
        kind,
        chat: chatAddress(chat, spell, paired),
        at: start + version * 10_000 + 5_000,
        ...(unread !== undefined && { unread }),
        ...(pinned !== undefined && { pinned }),
        ...(name !== undefined && { name }),
      },
    ];
  }
  const { chat, fromMe, sender } = plans[one.m]!;
  const messageId = `3EB0${one.m}`;
  const at = start + one.m * 10_000;
  const address = chatAddress(chat, one.spell, paired);
  if (one.kind === 'message') {
    const grouped = chat >= 3 && !fromMe && one.sender !== 'none';
    const placeholder = one.variant === 0;
    return [
      {
        kind: 'message',
        messageId,
        chat: address,
        fromMe,
        ...(grouped && { sender: spelling(sender, one.sender === 'lid', paired) }),
        ...(one.variant === 2 && { senderName: `sender ${sender}`, quotedMessageId: '3EB0Q' }),
        ...(one.variant === 3 && { editedAt: at + 1_000 }),
        ...(one.variant === 4 && { revoked: true }),
        type: placeholder ? 'waiting' : 'text',
        body: placeholder
          ? 'waiting for this message'
          : one.variant === 3
            ? `edit ${one.m} 1`
            : `body ${one.m}`,
        at: at + (one.variant === 1 ? 400 : 0),
        origin: one.live ? 'live' : 'history',
        ...(one.ack !== undefined && { ack: one.ack }),
        ...(one.content && { content: one.content }),
        // A file belongs to a kind that has one.
        ...(one.content?.poll && !placeholder && { type: 'poll' as const }),
        ...(one.media && !placeholder && { type: one.m % 2 ? 'image' : 'voice', media: one.media }),
        ...(one.forwarded !== undefined && { forwarded: one.forwarded }),
        ...(one.starred && { starred: true }),
      },
    ];
  }
  const about = {
    messageId,
    ...(['chat', 'both'].includes(one.names) && { chat: address }),
    ...(['direction', 'both'].includes(one.names) && { fromMe }),
  };
  switch (one.kind) {
    case 'ack':
      return [{ kind: 'ack', ...about, ack: one.own.ack }];
    case 'edit': {
      const { version } = one.own;
      return [{ kind: 'edit', ...about, body: `edit ${one.m} ${version}`, at: at + version * 1_000 }];
    }
    case 'star':
      return [{ kind: 'star', ...about, starred: one.own.starred, at: at + one.own.version * 1_000 }];
    case 'receipt': {
      const { person, senderSpell, version, ack } = one.own;
      const member = spelling(person, senderSpell, paired);
      return [{ kind: 'receipt', ...about, member, ack, at: at + version * 1_000 }];
    }
    case 'vote': {
      const { person, us, options, version, senderSpell } = one.own;
      const voter = spelling(person, senderSpell, paired);
      // Whoever tells of it, in whatever order.
      const told = version % 2 ? options : options.toReversed();
      return [{ kind: 'vote', ...about, voter, fromUs: us, options: told, at: at + version * 1_000 }];
    }
    case 'revoke':
      return [{ kind: 'revoke', ...about, at: at + one.own.version * 1_000 }];
    case 'reaction': {
      const { person, us, emoji, version, senderSpell } = one.own;
      return [
        {
          kind: 'reaction',
          ...about,
          sender: spelling(person, senderSpell, paired),
          fromUs: us,
          emoji,
          at: at + version * 1_000,
        },
      ];
    }
  }
}

/** Another telling of the same: shuffled, about a third of it twice, cut anywhere. */
function retell(events: readonly EngineEvent[], seed: number): EngineEvent[][] {
  let state = seed + 1;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const told = [...events, ...events.filter(() => random() < 0.34)];
  for (let i = told.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [told[i], told[j]] = [told[j]!, told[i]!];
  }
  const batches: EngineEvent[][] = [];
  while (told.length > 0) batches.push(told.splice(0, 1 + Math.floor(random() * 8)));
  return batches;
}
