import { signal } from '@preact/signals';
import { afterEach, expect, test } from 'vitest';
import type { Chat, Message } from '../../../server/contract/wire.ts';
import { aChat, aMessage } from '../../testing/rows.ts';
import { until } from '../../testing/until.ts';
import { Tabs } from '../link/tabs.ts';
import { Alerts, type Alert } from './alerts.ts';
import type { Entry } from './entry.ts';
import { usual, type Preferences } from './preferences.ts';

let names = 0;
const ends: Disposable[] = [];
const leaders = signal(0);
afterEach(() => {
  ends.splice(0).forEach((one) => one[Symbol.dispose]());
  leaders.value = 0;
});

/** One tab with its ears and mouth. */
function aTab(
  name: string,
  options: {
    isMute?: boolean;
    isPatient?: boolean;
    chat?: Partial<Chat>;
    chosen?: Partial<Preferences>;
  } = {},
) {
  // A leader on a busy machine answers late, and who is not patient takes its place.
  const ms = options.isPatient ? 60_000 : 100;
  const tabs = new Tabs({ name, pace: { askMs: ms, answerMs: ms } });
  tabs.onTurn((isLeader) => void (leaders.value += isLeader ? 1 : -1));
  const tab = {
    tabs,
    arrived: signal<readonly Message[]>([]),
    mentioned: signal<readonly Entry[]>([]),
    reading: signal(0),
    isWatched: signal(false),
    told: signal<readonly Alert[]>([]),
    rings: signal(0),
    time: Date.now(),
  };
  const alerts = new Alerts({
    ...tab,
    preferences: signal({ ...usual, notifications: true, ...options.chosen }),
    chat: (id) => aChat({ id, ...options.chat }),
    me: () => 7,
    now: () => tab.time,
    notify: (alert) => (tab.told.value = [...tab.told.value, alert]),
    canRing: () => !options.isMute,
    ring: () => void tab.rings.value++,
  });
  ends.push(alerts, tabs);
  tabs.join();
  return tab;
}
const fresh = (): string => `alerts-${++names}`;
const night: Partial<Preferences> = {
  quietHours: { isOn: true, from: 0, until: 24 * 60 - 1 },
};

test('one message in three tabs is one sound and one notification', async () => {
  const name = fresh();
  const tabs = [aTab(name), aTab(name), aTab(name)];
  await until(() => leaders.value === 1);
  for (const tab of tabs) tab.arrived.value = [aMessage({ id: 5, body: 'Hi' })];
  await until(() => tabs.some((tab) => tab.told.value.length > 0));
  expect(tabs.flatMap((tab) => tab.told.value).map((alert) => alert.message?.body)).toEqual(['Hi']);
  expect(tabs.reduce((sum, tab) => sum + tab.rings.value, 0)).toBe(1);
});

test('the tab that leads has not been touched: one that was makes the sound, one only', async () => {
  const name = fresh();
  const mute = aTab(name, { isMute: true });
  await until(() => leaders.value === 1);
  const others = [aTab(name), aTab(name)];
  mute.arrived.value = [aMessage({ id: 5 })];
  await until(() => others.some((tab) => tab.rings.value > 0));
  mute.tabs.tell('ring?', { id: 5 });
  expect(others.reduce((sum, tab) => sum + tab.rings.value, 0)).toBe(1);
});

test('what is read in another tab makes no noise; a crashed reader is not believed for ever', async () => {
  const name = fresh();
  const leader = aTab(name);
  await until(() => leaders.value === 1);
  const heard = signal(0);
  leader.tabs.hear('reading', () => void heard.value++);
  const reader = aTab(name, { isPatient: true });
  const before = heard.value;
  reader.isWatched.value = true;
  reader.reading.value = 1;
  await until(() => heard.value >= before + 2);
  leader.arrived.value = [aMessage({ id: 5, chatId: 1 })];
  expect([leader.rings.value, leader.told.value.length]).toEqual([0, 0]);
  leader.arrived.value = [aMessage({ id: 6, chatId: 2 })];
  expect([leader.rings.value, leader.told.value.length]).toEqual([1, 0]);
  leader.time += 60_000;
  leader.arrived.value = [aMessage({ id: 7, chatId: 1 })];
  expect([leader.rings.value, leader.told.value.length]).toEqual([2, 1]);
});

test.each<[string, Partial<Preferences>, Partial<Chat>]>([
  ['quiet hours', night, {}],
  ['a quiet number', { quietInboxes: [1] }, {}],
  ['a muted chat', {}, { mutedUntil: Number.MAX_SAFE_INTEGER }],
  ['an archived chat', {}, { archived: true }],
  ['a colleague’s chat, when only own ones ring', { onlyMine: true }, { assignee: { id: 8, name: 'B' } }],
])('%s: no sound, no notification', async (_, chosen, chat) => {
  const tab = aTab(fresh(), { chosen, chat });
  await until(() => leaders.value === 1);
  tab.arrived.value = [aMessage({ id: 5 })];
  expect([tab.rings.value, tab.told.value.length]).toEqual([0, 0]);
});

test('own and unassigned chats ring when only own ones do; without preview the text stays in the chat', async () => {
  const tab = aTab(fresh(), { chosen: { onlyMine: true, preview: false } });
  await until(() => leaders.value === 1);
  tab.arrived.value = [aMessage({ id: 5, body: 'Secret' })];
  expect(tab.told.value).toEqual([{ messageId: 5, chatId: 1, name: 'Anna Bianchi', message: null }]);
});

test('a hundred messages at once are one sound', async () => {
  const tab = aTab(fresh());
  await until(() => leaders.value === 1);
  tab.arrived.value = Array.from({ length: 100 }, (_, id) => aMessage({ id: id + 1 }));
  expect(tab.rings.value).toBe(1);
});

test('who is named in a note is told, in a muted chat of a colleague too, but not in quiet hours', async () => {
  const body = 'Can you call her, @Ann?';
  const author = { id: 8, name: 'Ben' };
  const note = { ...aMessage({ id: -3, chatId: 2, body }), note: { author } } as Entry;
  const chat = { mutedUntil: Infinity, assignee: author };
  const tab = aTab(fresh(), { chosen: { onlyMine: true }, chat });
  const sleeper = aTab(fresh(), { chosen: night });
  await until(() => leaders.value === 2);
  for (const one of [tab, sleeper]) one.mentioned.value = [note];
  expect(tab.told.value).toMatchObject([{ chatId: 2, mentionedBy: 'Ben', message: { body } }]);
  expect([tab.rings.value, sleeper.rings.value, sleeper.told.value.length]).toEqual([1, 0, 0]);
});
