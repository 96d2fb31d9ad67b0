import { listAgents } from '../../../db/query/agent.ts';
import {
  findNote,
  findNoteOfClient,
  insertNote,
  pageNotes,
  updateNote,
  type NoteRow,
} from '../../../db/query/note.ts';
import type { Role } from '../../contract/wire.ts';
import type { Note, NotePage } from '../../contract/work.ts';
import { Problem } from '../../contract/problem.ts';
import type { Page, Scope } from '../chat-room.ts';
import { inTurn, type Context } from '../context.ts';
import { clampLimit, readCursor, writeCursor } from '../page-cursor.ts';
import { ownChat, ownInbox } from '../read.ts';
import { orUnavailable } from '../send.ts';
import type { Turn } from '../turn.ts';
import { inChatTurn } from './chat-turn.ts';
import { noteMentions } from './noted.ts';
import { wireNotes } from './wire-notes.ts';

/** Newest page first, oldest first within it. Problems: `not-found`, `bad-request`. */
export async function listNotes(
  context: Context,
  scope: Scope,
  chatId: number,
  page: Page,
): Promise<NotePage> {
  return orUnavailable(async () => {
    const place = readCursor(page.before, 2)?.numbers;
    const chat = await ownChat(context.db, scope, chatId);
    const limit = clampLimit(page.limit, 50, 100);
    const rows = await pageNotes(context.db, chat.id, {
      before: place && { at: place[0]!, id: place[1]! },
      limit: limit + 1,
    });
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      list: await wireNotes(context.db, shown.toReversed()),
      next: last ? writeCursor([last.at, last.id]) : null,
    };
  });
}

/**
 * The same client id again is the same note. Problems: `not-found`, `conflict` (the id was used in another Chat),
 * `bad-request` (a mention names no Agent of the Organisation).
 */
export async function addNote(
  context: Context,
  scope: Scope,
  chatId: number,
  input: { clientId: string; body: string; mentions?: readonly number[] },
): Promise<Note> {
  return orUnavailable(async () => {
    const mentions = await writeIds(context, scope, input.mentions ?? []);
    const { value } = await inChatTurn(context, scope, chatId, async (turn, chat) => {
      const known = await findNoteOfClient(turn.tx, turn.inboxId, input.clientId);
      if (known) {
        if (known.chat_id !== chat.id || known.agent_id !== scope.agentId) throw new Problem('conflict');
        return known;
      }
      const row = {
        inbox_id: turn.inboxId,
        chat_id: chat.id,
        client_id: input.clientId,
        agent_id: scope.agentId,
        body: input.body.trim(),
        at: turn.now,
        edited_at: null,
        deleted_at: null,
        seq: turn.seq,
        mentions,
      };
      const id = await insertNote(turn.tx, row);
      await noteMentions(turn, { ...row, id }, '');
      writtenPastMemory(turn);
      return { ...row, id };
    });
    return one(context, value);
  });
}

/** Author or admin. Problems: `not-found`, `not-allowed`. */
export async function editNote(
  context: Context,
  asker: Scope & { role: Role },
  noteId: number,
  input: { body: string; mentions?: readonly number[] | undefined },
): Promise<Note> {
  return orUnavailable(async () => {
    const named = input.mentions && (await writeIds(context, asker, input.mentions));
    const row = await changeNote(context, asker, noteId, async (turn, row) => {
      const [text, mentions] = [input.body.trim(), named ?? row.mentions];
      if (text === row.body && mentions === row.mentions) return row;
      const change = { body: text, mentions, edited_at: Math.max(turn.now, row.at), seq: turn.seq };
      await updateNote(turn.tx, row.id, change);
      await noteMentions(turn, { ...row, ...change }, row.mentions);
      writtenPastMemory(turn);
      return { ...row, ...change };
    });
    return one(context, row);
  });
}

/** Author or admin; leaves a tombstone without text. Problems: `not-found`, `not-allowed`. */
export async function deleteNote(
  context: Context,
  asker: Scope & { role: Role },
  noteId: number,
): Promise<void> {
  await orUnavailable(() =>
    changeNote(context, asker, noteId, async (turn, row) => {
      const change = { body: '', deleted_at: turn.now, seq: turn.seq };
      await updateNote(turn.tx, row.id, change);
      await noteMentions(turn, { ...row, ...change }, row.mentions);
      writtenPastMemory(turn);
      return { ...row, ...change };
    }),
  );
}

async function changeNote(
  context: Context,
  asker: Scope & { role: Role },
  noteId: number,
  change: (turn: Turn, row: NoteRow) => Promise<NoteRow>,
): Promise<NoteRow> {
  const found = await findNote(context.db, noteId);
  if (!found) throw new Problem('not-found');
  await ownInbox(context.db, asker, found.inbox_id);
  const { value } = await inTurn(context, found.inbox_id, async (turn) => {
    const row = await findNote(turn.tx, noteId);
    if (!row || row.deleted_at !== null) throw new Problem('not-found');
    if (row.agent_id !== asker.agentId && asker.role !== 'admin') throw new Problem('not-allowed');
    return change(turn, row);
  });
  return value;
}

/** Notes are few: what has changed is read from the database for the push. */
function writtenPastMemory(turn: Turn): void {
  turn.visible = true;
  turn.bulk = true;
}

async function one(context: Context, row: NoteRow): Promise<Note> {
  const [note] = await wireNotes(context.db, [row]);
  return note!;
}

/** Problems: `bad-request`. */
async function writeIds(context: Context, scope: Scope, ids: readonly number[]): Promise<string> {
  if (ids.length === 0) return '';
  const agents = await listAgents(context.db, scope.organisationId);
  const known = new Set(agents.map(({ id }) => id));
  if (!ids.every((id) => known.has(id))) throw new Problem('bad-request', 'A mention names nobody');
  return [...new Set(ids)].toSorted((a, b) => a - b).join(',');
}
