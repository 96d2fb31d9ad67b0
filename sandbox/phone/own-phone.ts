import { inWords } from './contents.ts';
import { avatar, composer, Conversation, ticks } from './conversation.ts';
import { devicesScreen } from './devices.ts';
import { fill, h, icon, icons } from './dom.ts';
import { clockTime, phoneNumber, shortTime } from './format.ts';
import { go, onDraw, please, sortedChats, state, type ChatView, type Tab } from './store.ts';
import { toggle } from './toggle.ts';
import { text } from './text.ts';

const tabs: { tab: Tab; label: string; path: string }[] = [
  { tab: 'chats', label: text.chats, path: icons.chats },
  { tab: 'devices', label: text.devices, path: icons.devices },
  { tab: 'settings', label: text.settings, path: icons.settings },
];

/** The phone of the account itself: chats, linked devices, settings. */
export function ownPhone(): HTMLElement {
  const status = h('div', { class: 'status', at: { 'aria-hidden': 'true' } });
  const screens: { tab: Tab; screen: { element: HTMLElement; draw(): void } }[] = [
    { tab: 'chats', screen: chatList() },
    { tab: 'devices', screen: devicesScreen() },
    { tab: 'settings', screen: settingsScreen() },
  ];
  const chat = chatScreen();
  const nav = h('nav', { class: 'tabs' });
  onDraw(() => {
    const { world, tab, openChat } = state;
    if (!world) return;
    fill(
      status,
      h('span', {}, clockTime(world.now)),
      world.online ? h('span', { class: 'signal' }, h('i'), h('i'), h('i'), h('i')) : icon(icons.plane),
    );
    for (const entry of screens) entry.screen.element.hidden = openChat !== undefined || entry.tab !== tab;
    chat.element.hidden = openChat === undefined;
    nav.hidden = openChat !== undefined;
    fill(
      nav,
      ...tabs.map(({ tab: name, label, path }) =>
        h(
          'button',
          {
            on: { click: () => go({ tab: name }) },
            at: { 'data-key': name, 'aria-current': name === tab ? 'page' : false },
          },
          icon(path),
          label,
          name === 'devices' && world.waiting > 0 && h('span', { class: 'dot' }),
        ),
      ),
    );
    for (const entry of screens) if (!entry.screen.element.hidden) entry.screen.draw();
    if (!chat.element.hidden) chat.draw();
  });
  return h(
    'section',
    { class: 'phone', at: { 'aria-label': text.ownPhone } },
    status,
    ...screens.map((entry) => entry.screen.element),
    chat.element,
    nav,
  );
}

function chatRow(chat: ChatView): HTMLElement {
  const last = chat.messages.at(-1);
  return h(
    'li',
    {},
    h(
      'button',
      { class: 'row', at: { 'data-key': chat.id }, on: { click: () => openChat(chat.id) } },
      avatar(chat.title),
      h(
        'span',
        { class: 'lines' },
        h('span', { class: 'top' }, h('b', {}, chat.title), h('time', {}, last ? shortTime(last.t) : '')),
        h(
          'span',
          { class: 'under' },
          h(
            'span',
            { class: 'preview' },
            last?.fromMe === true && ticks(last),
            last ? ` ${inWords(last)}` : '',
          ),
          chat.unread > 0 &&
            h(
              'span',
              { class: 'count', at: { 'aria-label': text.unread(chat.unread) } },
              String(chat.unread),
            ),
        ),
      ),
    ),
  );
}

function openChat(id: string): void {
  go({ openChat: id });
  void please('read-by-us', { chat: id });
}

function chatList(): { element: HTMLElement; draw(): void } {
  const notes = h('div');
  const list = h('ul', { class: 'list scroll' });
  const element = h('div', { class: 'screen' }, h('header', {}, h('h2', {}, text.chats)), notes, list);
  return {
    element,
    draw() {
      const { world } = state;
      if (!world) return;
      fill(
        notes,
        !world.online && h('p', { class: 'note' }, text.offline),
        world.waiting > 0 &&
          h(
            'button',
            {
              class: 'banner',
              at: { 'data-key': 'scan' },
              on: { click: () => void please('scan-on-screen', {}, text.linkedNow) },
            },
            icon(icons.scan),
            h('span', {}, h('b', {}, text.scanBanner), h('small', {}, text.scan)),
          ),
      );
      const chats = sortedChats(world);
      fill(list, ...(chats.length ? chats.map(chatRow) : [h('li', { class: 'empty' }, text.noChats)]));
    },
  };
}

function chatScreen(): { element: HTMLElement; draw(): void } {
  const head = h('header', { class: 'chat-head' });
  const talk = new Conversation();
  const note = h('p', { class: 'note' }, text.offline);
  const form = composer('own', (what) => please('from-phone', { to: state.openChat, ...what }));
  return {
    element: h('div', { class: 'screen' }, head, note, talk.element, form),
    draw() {
      const { world } = state;
      const chat = world?.chats.find((chat) => chat.id === state.openChat);
      if (!world || !chat) return;
      note.hidden = world.online;
      const people = new Map(
        world.people.flatMap((person) => [person.phone, person.lid].map((wid) => [wid, person])),
      );
      fill(
        head,
        h(
          'button',
          {
            class: 'plain',
            at: { 'aria-label': text.back, 'data-key': 'back' },
            on: { click: () => go({ openChat: undefined }) },
          },
          icon(icons.back),
        ),
        avatar(chat.title),
        h(
          'span',
          { class: 'lines' },
          h('b', {}, chat.title),
          h(
            'small',
            {},
            chat.subject
              ? chat.participants?.map((wid) => people.get(wid)?.pushName ?? text.you).join(', ')
              : chat.id.endsWith('@lid')
                ? text.numberHidden
                : phoneNumber(chat.id),
          ),
        ),
      );
      talk.show(chat.id, chat.messages, {
        mine: (message) => message.fromMe,
        side: 'own',
        by: world.me.phone,
        nameOf: (message) =>
          message.author ? (people.get(message.author)?.name ?? message.pushName) : undefined,
      });
      if (chat.unread > 0) void please('read-by-us', { chat: chat.id });
    },
  };
}

function settingsScreen(): { element: HTMLElement; draw(): void } {
  const body = h('div', { class: 'scroll padded' });
  return {
    element: h('div', { class: 'screen' }, h('header', {}, h('h2', {}, text.settings)), body),
    draw() {
      const { world } = state;
      if (!world) return;
      fill(
        body,
        h(
          'div',
          { class: 'profile' },
          avatar(world.me.pushName),
          h(
            'span',
            { class: 'lines' },
            h('b', {}, world.me.pushName),
            h('small', {}, phoneNumber(world.me.phone)),
          ),
        ),
        toggle(text.airplane, text.airplaneHint, !world.online, (on) => please('online', { online: !on })),
        toggle(text.receipts, text.receiptsHint, world.receipts, (receipts) =>
          please('receipts', { receipts }),
        ),
      );
    },
  };
}
