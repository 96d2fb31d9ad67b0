import type { Ask } from './rows.ts';

/** The parent's half of a Session's rows, kept in `rows` under `<kind> <id>`; `writes` sees each write before it counts. */
export function rowsIn(rows: Map<string, string>, writes: (kinds: string[]) => void = () => {}): Ask {
  const answers = {
    read: ({ kind, ids }: { kind: string; ids: string[] }) =>
      ids.flatMap((id) => {
        const value = rows.get(`${kind} ${id}`);
        return value === undefined ? [] : [[id, value]];
      }),
    write: ({ changes }: { changes: { kind: string; id: string; value: string | null }[] }) => {
      writes(changes.map(({ kind }) => kind));
      for (const { kind, id, value } of changes)
        if (value === null) rows.delete(`${kind} ${id}`);
        else rows.set(`${kind} ${id}`, value);
      return null;
    },
  };
  return (async (name: keyof typeof answers, args: never) => answers[name](args)) as Ask;
}
