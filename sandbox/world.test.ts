import { expect, test } from 'vitest';
import { ManualWorldClock } from './manual-clock.ts';
import { Refusal } from './refusal.ts';
import { demoSeed } from './seed.ts';
import type { Device, WorldEvent } from './shapes.ts';
import { World } from './world.ts';

const giulia = '393331234567@c.us';
const hidden = '98765432109876@lid';
const hiddenPhone = '393401112223@c.us';

function worldOf(): { world: World; clock: ManualWorldClock; heard: WorldEvent[] } {
  const clock = new ManualWorldClock();
  const world = new World({ clock, seed: demoSeed(clock.now() / 1000), deliveryMs: 100 });
  const heard: WorldEvent[] = [];
  world.subscribe((event) => heard.push(event));
  return { world, clock, heard };
}
/** A page that waits, and what it was linked as. */
function waitingPage(world: World): {
  ref: () => string;
  page: ReturnType<World['waiting']['add']>;
  linked: Device[];
} {
  const linked: Device[] = [];
  const page = world.waiting.add((device) => linked.push(device));
  return { page, ref: () => page.ref, linked };
}
const send = (world: World, body: string, id = '3EB0AA'): ReturnType<World['acceptSend']> =>
  world.acceptSend({ id, chat: giulia, type: 'chat', body }, 'device');
const code = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'done';
};

test('a scanned code links exactly the page that shows it, and only while it shows it', () => {
  const { world } = worldOf();
  const one = waitingPage(world);
  const two = waitingPage(world);
  const stale = one.ref();
  world.waiting.renew(one.page);
  expect(code(() => world.scan(`${stale},key,key,secret,1`))).toBe('stale-code');
  world.scan(`${one.ref()},key,key,secret,1`);
  expect([one.linked.length, two.linked.length]).toEqual([1, 0]);
  expect(code(() => world.scan(one.ref()))).toBe('stale-code');
  expect(world.deviceOf(one.linked[0]?.credentials ?? '')).toBe(one.linked[0]);
});

test('"scan the code on screen" takes the newest code, and none when there is none', () => {
  const { world } = worldOf();
  expect(code(() => world.scanOnScreen())).toBe('no-waiting-device');
  waitingPage(world);
  const newest = waitingPage(world);
  world.scanOnScreen();
  expect(newest.linked).toHaveLength(1);
});

test('a pairing code links only for the number it was made for, however it is typed', () => {
  const { world } = worldOf();
  const { page, linked } = waitingPage(world);
  const wrong = world.waiting.askCode(page, '+39 000');
  expect(code(() => world.enterCode(wrong))).toBe('wrong-number');
  const right = world.waiting.askCode(page, '+39 06 5999 1234');
  expect(right).toMatch(/^[1-9A-HJ-NP-Z]{8}$/);
  world.enterCode(`${right.slice(0, 4).toLowerCase()}-${right.slice(4)}`);
  expect(linked).toHaveLength(1);
});

test('a phone links four devices and no fifth; unlinking makes room and voids the credentials', () => {
  const { world, heard } = worldOf();
  for (let count = 0; count < 4; count++) {
    waitingPage(world);
    world.scanOnScreen();
  }
  waitingPage(world);
  expect(code(() => world.scanOnScreen())).toBe('too-many-devices');
  const first = world.state.devices[0];
  world.unlink(first?.id);
  expect(world.deviceOf(first?.credentials ?? '')).toBeUndefined();
  expect(heard.filter((event) => event.kind === 'unlinked')).toHaveLength(1);
  expect(code(() => world.scanOnScreen())).toBe('done');
});

test('a sent message climbs its ticks: taken, delivered, read by them', () => {
  const { world, clock } = worldOf();
  const message = send(world, 'Buongiorno');
  expect(message.ack).toBe(1);
  clock.advance(100);
  expect(message.ack).toBe(2);
  world.readByThem(giulia);
  expect(message.ack).toBe(3);
});

test('somebody without read receipts never gives the third tick', () => {
  const { world, clock } = worldOf();
  world.people.change(world.people.byWid(giulia)!, { receipts: false });
  const message = send(world, 'Buongiorno');
  clock.advance(5000);
  world.readByThem(giulia);
  expect(message.ack).toBe(2);
});

test('who answers by themselves reads first and writes then', () => {
  const { world, clock, heard } = worldOf();
  send(world, 'Buongiorno');
  clock.advance(3000);
  const told = heard.flatMap((event) =>
    event.kind === 'changed'
      ? [`ack ${event.message.ack}`]
      : event.kind === 'message' && !event.message.fromMe
        ? ['answer']
        : [],
  );
  expect(told).toHaveLength(3);
  expect(told[2]).toBe('answer');
});

test('phone offline: nothing arrives and ticks stay at one; back online both catch up in order', () => {
  const { world, clock, heard } = worldOf();
  world.setPhoneOnline(false);
  const sent = send(world, 'Ci siete?');
  clock.advance(1000);
  world.inbound({ from: giulia, body: 'uno' });
  world.inbound({ from: giulia, body: 'due' });
  expect(sent.ack).toBe(1);
  expect(world.underWay.map((message) => message.body)).toEqual(['uno', 'due']);
  expect(heard.some((event) => event.kind === 'message' && !event.message.fromMe)).toBe(false);
  world.setPhoneOnline(true);
  expect(sent.ack).toBe(2);
  expect(
    world
      .messagesOf(giulia)
      .slice(-2)
      .map((message) => message.body),
  ).toEqual(['uno', 'due']);
});

test('the same message id sent twice is one message', () => {
  const { world } = worldOf();
  expect(send(world, 'una volta')).toBe(send(world, 'una volta'));
  expect(world.outbox).toHaveLength(1);
});

test('refused: told to refuse, or nobody there', () => {
  const { world } = worldOf();
  expect(code(() => world.acceptSend({ id: '3EB0', chat: '100@c.us', type: 'chat', body: 'x' }, 'd'))).toBe(
    'not-on-whatsapp',
  );
  world.setFaults({ sends: 'refuse' });
  expect(code(() => send(world, 'x'))).toBe('refused');
  expect(world.outbox).toEqual([]);
});

test('ids and keys look like the real ones, in chats and in groups', () => {
  const { world } = worldOf();
  const one = world.inbound({ from: giulia, body: 'a' });
  expect(one.id).toMatch(/^AC[0-9A-F]{30}$/);
  expect(one.key).toBe(`false_${giulia}_${one.id}`);
  const group = '120363041234567890@g.us';
  const two = world.inbound({ from: giulia, group, body: 'b' });
  expect(two.key).toBe(`false_${group}_${two.id}_${giulia}`);
  expect(world.fromPhone({ to: giulia, body: 'c' }).key).toMatch(/^true_/);
});

test('a hidden number is one person before and after the pair is learnt', () => {
  const { world, heard } = worldOf();
  world.inbound({ from: hidden, body: 'sono io' });
  world.learnPair(hiddenPhone, hidden);
  world.inbound({ from: hiddenPhone, body: 'ancora io' });
  expect(world.people.byWid(hidden)).toBe(world.people.byWid(hiddenPhone));
  expect(world.people.byWid(hidden)?.numberHidden).toBe(false);
  expect(heard).toContainEqual({ kind: 'pair', phone: hiddenPhone, lid: hidden });
});

test('two people turn into one when their addresses prove to be a pair', () => {
  const { world } = worldOf();
  world.inbound({ from: '393990000001@c.us', body: 'dal numero' });
  world.inbound({ from: '10000000000001@lid', body: 'dal lid' });
  const before = world.state.people.length;
  world.learnPair('393990000001@c.us', '10000000000001@lid');
  expect(world.state.people).toHaveLength(before - 1);
});

test('edited, revoked, reacted and removed, by id or by key', () => {
  const { world, heard } = worldOf();
  const message = world.inbound({ from: giulia, body: 'prima' });
  world.edit(message.key, 'dopo');
  expect([message.body, message.edited]).toEqual(['dopo', true]);
  world.react(message.id, giulia, '👍');
  world.react(message.id, giulia, '');
  expect(message.reactions).toEqual([]);
  world.revoke(message.id);
  expect(message.type).toBe('revoked');
  world.remove(message.id);
  expect(code(() => world.find(message.id))).toBe('unknown-message');
  expect(heard.filter((event) => event.kind === 'reaction')).toHaveLength(2);
});

test('ticks going backwards are told higher first, then lower', () => {
  const { world, clock, heard } = worldOf();
  world.setFaults({ ackBackwards: true });
  const seen: number[] = [];
  world.subscribe((event) => event.kind === 'changed' && seen.push(event.message.ack));
  send(world, 'su e giù');
  clock.advance(100);
  expect(seen).toEqual([2, 1]);
  expect(heard.length).toBeGreaterThan(0);
});

test('a reload storm reloads as often as it was told', () => {
  const { world, clock, heard } = worldOf();
  world.command({ do: 'reload', times: 3, everyMs: 50 });
  clock.advance(1000);
  expect(heard.filter((event) => event.kind === 'command')).toHaveLength(3);
});

test('an ended world does nothing more', () => {
  const { world, clock } = worldOf();
  const message = send(world, 'ultimo');
  world[Symbol.dispose]();
  clock.advance(10_000);
  expect(message.ack).toBe(1);
});
