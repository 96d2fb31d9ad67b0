import { expect, test } from 'vitest';
import { SearchApi } from '../link/search-api.ts';
import { Http } from '../link/http.ts';
import { TalkApi } from '../link/talk-api.ts';
import { WorkApi } from '../link/work-api.ts';
import { Rows } from './rows.ts';
import { Talk } from './talk.ts';
import { Work } from './work.ts';

test('that one is writing is told while the server can be reached, neither asked nor caught up on otherwise, and told to customers only where that was chosen', () => {
  const asked: string[] = [];
  const http = Object.assign(Object.create(Http.prototype) as Http, {
    post: async (path: string) => void asked.push(path),
  });
  let isThere = false;
  let isWanted = true;
  let time = 1_000_000;
  const options = {
    now: () => time,
    newId: () => '',
    isHeard: () => isThere,
    tellsTyping: () => isWanted,
    me: () => undefined,
    rows: () => undefined,
    chats: () => undefined,
    messages: () => new Rows<never>(),
    search: new SearchApi(http),
  };
  const talk = new Talk({ ...options, api: new TalkApi(http) });
  const work = new Work({ ...options, api: new WorkApi(http) });
  const write = (): void => {
    time += 10_000;
    talk.typing(1, 'typing');
    work.here.typing(1);
  };
  write();
  talk.stopTyping(1);
  work.here.stopTyping(1);
  expect(asked).toEqual([]);
  isThere = true;
  write();
  expect(asked.splice(0)).toEqual(['/chats/1/typing', '/chats/1/replying']);
  isThere = false;
  talk.stopTyping(1);
  work.here.stopTyping(1);
  expect(asked).toEqual([]);
  // A customer is told of those only who want it; colleagues always, or a customer would be answered twice.
  isThere = true;
  isWanted = false;
  write();
  talk.stopTyping(1);
  work.here.stopTyping(1);
  expect(asked).toEqual(['/chats/1/replying', '/chats/1/replying']);
});
