import { answer } from '../part.ts';
import { liveEvent, messageColumns, messageRow, people, personAt } from '../load/facts.ts';
import type { CoreAnswer } from '../load/in-process.ts';
import type { RowsQuestion } from '../limits/bulk-insert.ts';
import { connectStore } from './store.ts';

/**
 * The same rows, a transaction per message, by hand: counter, is it known, where does it belong, Message, Chat. Better than
 * what is usual in that all is prepared, the Chats are there, and nothing is built in between.
 */
const inboxId = 2_000_000;
const store = connectStore(process.argv[2] ?? '', 1);
await store.run(
  'insert into inbox (id, organisation_id, name, seq, row_seq, created_at) values (?, 2, ?, 1, 1, 0)',
  [inboxId, 'Rival'],
);
await store.plain('begin');
for (let n = 0; n < people; n++) {
  await store.run(
    `insert into chat (id, inbox_id, kind, name, unread, pinned, archived, muted_until, last_at, last_body, last_type,
       last_from_me, last_ack, last_revoked, read_until, search_text, seq)
     values (?, ?, 'person', '', 0, 0, 0, 0, 0, '', 'text', 0, 0, 0, 0, '', 1)`,
    [inboxId + n, inboxId],
  );
  await store.run('insert into address (inbox_id, value, chat_id) values (?, ?, ?)', [
    inboxId,
    personAt(n),
    inboxId + n,
  ]);
}
await store.plain('commit');

const names = messageColumns.map((name) => `\`${name}\``).join();
const insert = `insert into message (${names}) values (?${', ?'.repeat(messageColumns.length - 1)})`;

async function measure({ run, messages }: RowsQuestion): Promise<CoreAnswer> {
  const events = Array.from({ length: messages }, (_, n) => liveEvent(run, n));
  const start = performance.now();
  for (const event of events) {
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
  return { seconds: (performance.now() - start) / 1000, messages };
}

answer<RowsQuestion>({}, measure);
