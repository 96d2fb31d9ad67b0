import { signal } from '@preact/signals';
import type { Colleague, Note } from '../link/work-api.ts';
import type { Entry } from './entry.ts';
import { noteEntry } from './note-entry.ts';

/** Older ones, ms, are no news. */
const newsFor = 120_000;
/** As many as the server takes. */
const most = 20;

/** Whose `@name` stands in the text: of "Anna" and "Anna Bianchi" the one that is meant. */
export function namedIn(text: string, colleagues: readonly Colleague[]): number[] {
  const found: number[] = [];
  let rest = text;
  const byLength = colleagues.toSorted((a, b) => b.name.length - a.name.length);
  for (const name of new Set(byLength.map((one) => one.name))) {
    const mark = `@${name}`;
    const pieces = rest.split(mark);
    // "@Ann" does not name Ann in "@Anna".
    const isNamed = pieces.slice(1).some((after) => !/^[\p{L}\p{M}\p{N}]/u.test(after));
    if (!name || !isNamed) continue;
    rest = pieces.join('\0');
    found.push(...colleagues.filter((one) => one.name === name).map((one) => one.id));
  }
  return found.slice(0, most);
}

/** Notes that name us and have just come. */
export class NoteNews {
  readonly mentioned = signal<readonly Entry[]>([]);
  #told = new Set<number>();
  #options: { me(): Colleague | undefined; now(): number };

  constructor(options: { me(): Colleague | undefined; now(): number }) {
    this.#options = options;
  }

  hear(notes: readonly Note[]): void {
    const me = this.#options.me()?.id;
    const now = this.#options.now();
    const fresh = notes.filter(
      (note) =>
        !note.deleted &&
        note.author.id !== me &&
        note.mentions.some((one) => one.id === me) &&
        now - Math.max(note.at, note.editedAt ?? 0) < newsFor &&
        !this.#told.has(note.id),
    );
    for (const { id } of fresh) this.#told.add(id);
    if (fresh.length) this.mentioned.value = fresh.map((note) => noteEntry({ ...note, mergedInto: null }));
  }
}
