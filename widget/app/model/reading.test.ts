import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { Chat, Message } from '../../../server/contract/wire.ts';
import { aChat, aMessage, anyTime } from '../../testing/rows.ts';
import { Api } from '../link/api.ts';
import { Http } from '../link/http.ts';
import { followReading } from './reading.ts';
import { Timeline } from './timeline.ts';
import { Work } from './work.ts';

test('what is shown is marked as read, and nothing that has not come yet, though its chat counts it already', async () => {
  const asked: string[] = [];
  const page = Promise.withResolvers<{ list: Message[]; next: null; newer: null; cursor: number }>();
  const http = Object.assign(Object.create(Http.prototype) as Http, {
    get: () => page.promise,
    post: async (path: string) => void asked.push(path),
  });
  const api = new Api(http);
  const timeline = new Timeline(api, 1);
  const loading = timeline.load();
  const chat = signal<Chat | undefined>(aChat({ id: 1, unread: 1, seq: 5 }));
  const stop = followReading({
    api,
    work: Object.create(Work.prototype) as Work,
    chat,
    timeline: () => timeline,
    isReading: signal(true),
    isReady: () => true,
    me: () => 1,
    connection: signal('live'),
  });
  expect(asked).toEqual([]);
  page.resolve({ list: [aMessage({ id: 7, at: anyTime })], next: null, newer: null, cursor: 5 });
  await loading;
  expect(asked).toEqual(['/chats/1/read?upTo=7']);
  // The server says that one has come; it is not here yet.
  chat.value = aChat({ id: 1, unread: 1, seq: 6 });
  timeline.put([aMessage({ id: 8, at: anyTime + 1, seq: 6 })]);
  expect(asked.at(-1)).toBe('/chats/1/read?upTo=8');
  chat.value = aChat({ id: 1, unread: 0, seq: 7 });
  const before = asked.length;
  timeline.put([aMessage({ id: 9, at: anyTime + 2, seq: 7, fromMe: true })]);
  expect(asked).toHaveLength(before);
  stop();
});
