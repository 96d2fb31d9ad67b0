import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../testing/until.ts';
import { Tabs, type TabPlatform } from './tabs.ts';

/** A channel that can be made deaf and dumb, as that of a frozen tab is. */
class FreezableChannel extends BroadcastChannel {
  static frozen = new Set<string>();
  owner = '';
  override postMessage(message: { from: string }): void {
    this.owner = message.from;
    const say = super.postMessage.bind(this);
    if (!FreezableChannel.frozen.has(message.from)) say(message);
  }
  override addEventListener(type: string, listener: unknown): void {
    super.addEventListener(type, (event: Event) => {
      if (!FreezableChannel.frozen.has(this.owner)) (listener as (event: Event) => void)(event);
    });
  }
}

const Channel = FreezableChannel as unknown as typeof BroadcastChannel;
const ways: [string, TabPlatform][] = [
  ['with locks', { locks: navigator.locks, Channel }],
  ['without locks, as on plain http', { Channel }],
];
let names = 0;
let tabs: Tabs[] = [];
const leaders = signal<readonly Tabs[]>([]);
beforeEach(() => {
  tabs = [];
  leaders.value = [];
  FreezableChannel.frozen.clear();
  names++;
});
afterEach(() => tabs.forEach((tab) => tab[Symbol.dispose]()));

function open(platform: TabPlatform): Tabs {
  const tab = new Tabs({
    name: `test-${names}`,
    platform,
    pace: { askMs: 60, answerMs: 60, claimMs: 40 },
  });
  tab.onTurn((isLeader) => {
    leaders.value = isLeader ? [...leaders.peek(), tab] : leaders.peek().filter((one) => one !== tab);
  });
  tabs.push(tab);
  tab.join();
  return tab;
}

test.each(ways)('%s: of ten tabs exactly one leads, and when it closes exactly one other', async (_, way) => {
  for (let n = 0; n < 10; n++) open(way);
  for (let closed = 0; closed < 3; closed++) {
    await until(() => leaders.value.length === 1);
    const [leader] = leaders.value;
    leader!.leave();
    expect(leader!.isLeader).toBe(false);
  }
  await until(() => leaders.value.length === 1);
});

test.each(ways)('%s: a leader that no longer answers is followed by another', async (_, way) => {
  const first = open(way);
  await until(() => leaders.value.includes(first));
  const second = open(way);
  FreezableChannel.frozen.add(first.id);
  await until(() => leaders.value.includes(second));
});

test.each(ways)('%s: a leader that thaws after another took over gives way', async (_, way) => {
  const first = open(way);
  await until(() => leaders.value.includes(first));
  const second = open(way);
  FreezableChannel.frozen.add(first.id);
  await until(() => leaders.value.includes(second));
  FreezableChannel.frozen.clear();
  first.tell('anything');
  second.tell('ask');
  await until(() => leaders.value.length === 1);
});

test.each(ways)('%s: a tab that comes back from the back-forward cache joins again', async (_, way) => {
  const [first, second] = [open(way), open(way)];
  await until(() => leaders.value.length === 1);
  const [leader] = leaders.value;
  const other = leader === first ? second : first;
  leader!.leave();
  await until(() => leaders.value[0] === other);
  leader!.join();
  other.leave();
  await until(() => leaders.value[0] === leader);
});

test('a page that has neither locks nor channels is alone and leads', () => {
  const tab = open({});
  expect(tab.isLeader).toBe(true);
});

test('what one tab tells all others hear, and not itself', async () => {
  const heard = signal<string[]>([]);
  const [one, two, three] = [open(ways[0]![1]), open(ways[0]![1]), open(ways[0]![1])];
  for (const tab of [one, two, three])
    tab.hear('word', (data) => (heard.value = [...heard.value, `${tabs.indexOf(tab)}${data['word']}`]));
  one.tell('word', { word: 'a' });
  await until(() => heard.value.length === 2);
  expect(heard.value.toSorted()).toEqual(['1a', '2a']);
});
