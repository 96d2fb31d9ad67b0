import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from '../part.ts';
import { connectStore } from '../rivals/store.ts';

/** The least a page can cost: one prepared SELECT along an index, JSON, 200. `/chats` and `/messages/<chat>`. */
const store = connectStore(process.argv[2] ?? '');
const chats = `select * from chat where inbox_id = ? and archived = 0
  order by pinned desc, last_at desc, id desc limit 50`;
const messages = 'select * from message where chat_id = ? order by at desc, id desc limit 50';
const server = createServer((request, response) => {
  const chat = Number(request.url?.split('/')[2] ?? 0);
  const rows = chat > 0 ? store.all(messages, [chat]) : store.all(chats, [1]);
  void rows.then((list) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ list }));
  });
});
server.listen(0, '127.0.0.1', () => answer({ port: (server.address() as AddressInfo).port }));
