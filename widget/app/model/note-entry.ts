import { toEntry, type Entry } from './entry.ts';
import type { Note } from '../link/work-api.ts';

/** A note, and the Chat that has taken its Chat in. */
export type NoteRow = Note & { mergedInto: number | null };

/** A note where the Messages are. It has no message id and is nobody's: nothing that is done to Messages is done to it. */
export function noteEntry(note: NoteRow): Entry {
  const { outgoing: _, ...blank } = toEntry({
    chatId: note.chatId,
    clientId: '',
    body: note.body,
    at: note.at,
    state: 'waiting',
    code: null,
    extras: {},
  });
  return { ...blank, clientId: null, id: -note.id, delivery: null, note };
}
