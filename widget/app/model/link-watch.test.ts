import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Http } from '../link/http.ts';
import { SearchApi } from '../link/search-api.ts';
import { TalkApi } from '../link/talk-api.ts';
import { toEntry } from './entry.ts';
import { LinkWatch } from './link-watch.ts';
import { Rows } from './rows.ts';
import { Talk } from './talk.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const words = { title: 'Bici blu', description: 'Come nuova' };

function open() {
  const asked: string[] = [];
  /** Answers are given when a test says so. */
  const answers = new Map<string, (link: object | null) => void>();
  const http = Object.assign(Object.create(Http.prototype) as Http, {
    post: (_: string, { url }: { url: string }) => {
      asked.push(url);
      return new Promise((done) => answers.set(url, (link) => done({ link })));
    },
  });
  const talk = new Talk({
    api: new TalkApi(http),
    search: new SearchApi(http),
    now: () => 1_000_000,
    newId: () => '',
    isHeard: () => true,
    tellsTyping: () => true,
    chats: () => undefined,
    messages: () => new Rows<never>(),
  });
  const find = (text: string): string | undefined => /https:\S+/.exec(text)?.[0];
  const watch = () => new LinkWatch({ talk, http, chatId: 1, find });
  const write = async (text: string): Promise<void> => {
    talk.setDraft(1, text);
    await vi.advanceTimersByTimeAsync(400);
  };
  const answer = async (url: string, link: object | null): Promise<void> => {
    answers.get(url)!(link);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { talk, asked, watch, write, answer };
}

test('an address that is still being typed is not asked for; what comes goes with the text as it stands', async () => {
  const { talk, asked, watch, write, answer } = open();
  using one = watch();
  for (const text of ['https://b', 'https://bici.ex', 'https://bici.example']) {
    talk.setDraft(1, text);
    await vi.advanceTimersByTimeAsync(399);
  }
  expect(asked).toEqual([]);
  await write('see https://bici.example now');
  expect(asked).toEqual(['https://bici.example']);
  await answer('https://bici.example', { url: 'https://elsewhere.example', ...words });
  const link = { url: 'https://bici.example', ...words };
  expect([one.shown.value, talk.links?.get(1)]).toEqual([link, link]);
  // At once, before anything is drawn.
  talk.setDraft(1, 'see https://bici.example/blu');
  expect([one.shown.value, talk.links?.get(1)]).toEqual([null, undefined]);
});

test('an answer to a text that has gone, or that leads elsewhere by now, is thrown away', async () => {
  const { talk, watch, write, answer } = open();
  using one = watch();
  await write('https://a.example');
  await write('https://b.example');
  await answer('https://a.example', words);
  expect(one.shown.value).toBeNull();
  talk.setDraft(1, '');
  await answer('https://b.example', words);
  expect([one.shown.value, talk.links?.get(1)]).toEqual([null, undefined]);
});

test('put away it stays away for the text, in another chat and back, and not for the next', async () => {
  const { talk, asked, watch, write, answer } = open();
  const first = watch();
  await write('https://a.example');
  await answer('https://a.example', words);
  first.putAway();
  expect(talk.links?.get(1)).toBeUndefined();
  first[Symbol.dispose]();
  using again = watch();
  await write('https://a.example and more');
  expect(again.shown.value).toBeNull();
  talk.setDraft(1, '');
  talk.setDraft(1, 'https://a.example');
  // Known by now.
  expect(again.shown.value).toMatchObject(words);
  expect(asked).toEqual(['https://a.example']);
});

test('a message being changed has none, and what comes of the server is no more than words', async () => {
  const { talk, asked, watch, write, answer } = open();
  using one = watch();
  const outgoing = {
    clientId: 'c',
    chatId: 1,
    body: 'x',
    at: 1,
    state: 'sending',
    code: null,
    extras: {},
  } as const;
  talk.setBeside(1, { what: 'edit', entry: toEntry(outgoing), draft: '' });
  await write('https://a.example');
  expect(asked).toEqual([]);
  talk.setBeside(1, null);
  await write('https://b.example');
  await answer('https://b.example', { title: 7, description: '' });
  expect(one.shown.value).toBeNull();
});
