import { answer } from '../part.ts';
import type { MessageEvent } from '../../server/contract/engine-event.ts';
import { liveEvent, messageColumns, messageRow, people, personAt, shareOf } from '../load/facts.ts';
import type { CoreAnswer } from '../load/in-process.ts';
import type { RowsQuestion } from '../limits/bulk-insert.ts';
import { connectStore, type Store } from './store.ts';

/**
 * The same rows, a transaction per message, by hand: counter, is it known, where does it belong, Message, Chat. Better than
 * what is usual in that all is prepared, the Chats are there, and nothing is built in between.
 */
interface Lane {
  inboxId: number;
  store: Store;
}
const url = process.argv[2] ?? '';
const lanes: Lane[] = [];

async function openLane(n: number): Promise<Lane> {
  const inboxId = 2_000_000 + n * 10_000;
  const store = connectStore(url, 1);
  await store.run(
    'insert into inbox (id, organisation_id, name, seq, row_seq, created_at) values (?, 2, ?, 1, 1, 0)',
    [inboxId, `Rival ${n}`],
  );
  await store.plain('begin');
  for (let person = 0; person < people; person++) {
    await store.run(
      `insert into chat (id, inbox_id, kind, name, unread, pinned, archived, muted_until, last_at, last_body, last_type,
         last_from_me, last_ack, last_revoked, read_until, search_text, seq)
       values (?, ?, 'person', '', 0, 0, 0, 0, 0, '', 'text', 0, 0, 0, 0, '', 1)`,
      [inboxId + person, inboxId],
    );
    await store.run('insert into address (inbox_id, value, chat_id) values (?, ?, ?)', [
      inboxId,
      personAt(person),
      inboxId + person,
    ]);
  }
  await store.plain('commit');
  return { inboxId, store };
}

const names = messageColumns.map((name) => `\`${name}\``).join();
const insert = `insert into message (${names}) values (?${', ?'.repeat(messageColumns.length - 1)})`;

async function measure({ run, messages, lanes: count }: RowsQuestion): Promise<CoreAnswer> {
  while (lanes.length < count) lanes.push(await openLane(lanes.length));
  const events = Array.from({ length: messages }, (_, n) => liveEvent(run, n));
  const shares = lanes.slice(0, count).map((lane, n) => ({ lane, events: shareOf(events, n, count) }));
  const start = performance.now();
  await Promise.all(
    shares.map(async ({ lane, events: own }) => {
      for (const event of own) await take(lane, event);
    }),
  );
  return { seconds: (performance.now() - start) / 1000, messages };
}

async function take({ inboxId, store }: Lane, event: MessageEvent): Promise<void> {
  await store.plain('begin');
  await store.run('update inbox set seq = seq + 1, turns = turns + 1 where id = ?', [inboxId]);
  const { seq } = (await store.first('select seq from inbox where id = ?', [inboxId])) as { seq: number };
  const known = await store.first('select id from message where inbox_id = ? and message_id = ?', [
    inboxId,
    event.messageId,
  ]);
  if (!known) {
    const { chat_id: chatId } = (await store.first(
      'select chat_id from address where inbox_id = ? and value = ?',
      [inboxId, event.chat],
    )) as { chat_id: number };
    const id = await store.insert(insert, messageRow(event, { inboxId, chatId, seq }));
    await store.run(
      `update chat set last_message = ?, last_at = ?, last_body = ?, last_type = ?, last_from_me = ?, last_ack = ?,
         unread = unread + ?, seq = ? where id = ? and last_at <= ?`,
      [
        id,
        event.at,
        event.body,
        event.type,
        Number(event.fromMe),
        event.ack ?? 0,
        Number(!event.fromMe),
        seq,
        chatId,
        event.at,
      ],
    );
  }
  await store.plain('commit');
}

answer<RowsQuestion>({}, measure);
