import { answer } from '../part.ts';
import { liveEvent, messageColumns, messageRow, people } from '../load/facts.ts';
import type { CoreAnswer } from '../load/in-process.ts';
import { connectStore } from '../rivals/store.ts';

/** The most a database takes: the rows of Messages and nothing else, a hundred in one prepared statement, one commit each. */
export interface RowsQuestion {
  run: number;
  messages: number;
  /** Connections that write at the same time. */
  lanes: number;
}
const rowsOfStatement = 100;
const inboxId = 1_000_000;
const store = connectStore(process.argv[2] ?? '', 4);
const row = `(?${', ?'.repeat(messageColumns.length - 1)})`;
const names = messageColumns.map((name) => `\`${name}\``).join();
const insert = `insert into message (${names}) values ${row}${`, ${row}`.repeat(rowsOfStatement - 1)}`;

async function measure({ run, messages, lanes }: RowsQuestion): Promise<CoreAnswer> {
  const statements: (string | number | null)[][] = [];
  for (let from = 0; from < messages; from += rowsOfStatement) {
    const seq = run * 100_000 + from;
    const rows = Array.from({ length: rowsOfStatement }, (_, place) =>
      messageRow(liveEvent(run, from + place), {
        inboxId,
        chatId: inboxId + ((from + place) % people),
        seq,
      }),
    );
    statements.push(rows.flat());
  }
  const start = performance.now();
  const waiting = statements.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const values of waiting) await store.run(insert, values);
    }),
  );
  return { seconds: (performance.now() - start) / 1000, messages: statements.length * rowsOfStatement };
}

answer<RowsQuestion>({}, measure);
