import type { Database } from '../../../db/database.ts';
import { messagesAfter } from '../../../db/query/message-walk.ts';
import { notesAfter } from '../../../db/query/note.ts';
import { Problem } from '../../contract/problem.ts';
import type { Chat, Message } from '../../contract/wire.ts';
import type { Note } from '../../contract/work.ts';
import type { Scope } from '../chat-room.ts';
import type { Context } from '../context.ts';
import { findChat } from '../read.ts';
import { wireMessages } from '../wire-rows.ts';
import { contentWords, sentWords, systemWords } from './export-words.ts';
import { wireNotes } from './wire-notes.ts';

export type ExportFormat = 'json' | 'text';

export interface ChatExport {
  chat: Chat;
  /** Pieces of text, read from the database as they are taken: a page of Messages in memory at a time. */
  pieces: AsyncIterable<string>;
}

const pageSize = 200;

/**
 * A whole Chat as a file, oldest first. Internal notes only where asked for: an export may be meant for the customer.
 * Problems: `not-found`, before anything is given.
 */
export async function exportChat(
  context: Context,
  scope: Scope,
  chatId: number,
  how: { format: ExportFormat; withNotes: boolean },
): Promise<ChatExport> {
  const chat = await findChat(context.db, scope, chatId);
  if (how.format !== 'json' && how.format !== 'text') throw new Problem('bad-request');
  const items = itemsOf(context.db, chat.id, how.withNotes);
  const at = context.clock.now();
  return { chat, pieces: how.format === 'json' ? asJson(chat, items, at) : asText(chat, items, at) };
}

type Item = { message: Message } | { note: Note };

/** Messages with the notes between them, in the order of their time. */
async function* itemsOf(db: Database, chatId: number, withNotes: boolean): AsyncGenerator<Item[]> {
  let message = { at: -1, id: 0 };
  let note = { at: -1, id: 0 };
  let notes: Note[] = [];
  let more = withNotes;
  const notesUntil = async (at: number): Promise<Item[]> => {
    const found: Item[] = [];
    for (;;) {
      if (notes.length === 0 && more) {
        const rows = await notesAfter(db, chatId, note, pageSize);
        more = rows.length === pageSize;
        const last = rows.at(-1);
        if (last) note = { at: last.at, id: last.id };
        notes = await wireNotes(db, rows);
      }
      const [next] = notes;
      if (!next || next.at >= at || found.length >= pageSize) return found;
      notes.shift();
      found.push({ note: next });
    }
  };
  for (;;) {
    const rows = await messagesAfter(db, chatId, message, pageSize);
    const last = rows.at(-1);
    if (!last) break;
    message = { at: last.at, id: last.id };
    for (const wired of await wireMessages(db, rows)) {
      for (let before = await notesUntil(wired.at); before.length > 0; before = await notesUntil(wired.at)) {
        yield before;
      }
      yield [{ message: wired }];
    }
  }
  for (let rest = await notesUntil(Infinity); rest.length > 0; rest = await notesUntil(Infinity)) yield rest;
}

async function* asJson(chat: Chat, items: AsyncIterable<Item[]>, at: number): AsyncGenerator<string> {
  const { id, kind, name, phone } = chat;
  const head = JSON.stringify({ chat: { id, kind, name, phone }, exportedAt: new Date(at).toISOString() });
  yield `${head.slice(0, -1)},"items":[`;
  let comma = '\n';
  for await (const some of items) {
    for (const item of some) {
      yield comma + JSON.stringify('message' in item ? shownMessage(item.message) : shownNote(item.note));
      comma = ',\n';
    }
  }
  yield '\n]}\n';
}

function shownMessage(row: Message): object {
  const { messageId, fromMe, type, body, at, ack, editedAt, revokedAt, quotedMessageId, forwarded } = row;
  return {
    kind: 'message',
    messageId,
    at: new Date(at).toISOString(),
    fromMe,
    sender: row.sender && { name: row.sender.name, phone: row.sender.phone },
    agent: row.agent?.name ?? null,
    type,
    body,
    ack: fromMe ? ack : null,
    delivery: row.delivery,
    failure: row.failure,
    editedAt: editedAt === null ? null : new Date(editedAt).toISOString(),
    revokedAt: revokedAt === null ? null : new Date(revokedAt).toISOString(),
    quotedMessageId,
    forwarded,
    content: row.content,
    file: row.media && { name: row.media.fileName, mime: row.media.mime, size: row.media.size },
    reactions: row.reactions.map(({ emoji, name, fromUs }) => ({ emoji, name, fromUs })),
  };
}

function shownNote({ author, body, at, editedAt }: Note): object {
  return {
    kind: 'note',
    at: new Date(at).toISOString(),
    author: author.name,
    body,
    editedAt: editedAt === null ? null : new Date(editedAt).toISOString(),
  };
}

async function* asText(chat: Chat, items: AsyncIterable<Item[]>, at: number): AsyncGenerator<string> {
  const who = [chat.name, chat.phone && chat.name !== `+${chat.phone}` ? `+${chat.phone}` : '']
    .filter(Boolean)
    .join(' · ');
  yield `${oneLine(who) || `Chat ${chat.id}`}\nExported ${time(at)} (times are UTC)\n\n`;
  for await (const some of items) yield some.map((item) => lineOf(item, chat)).join('');
}

function lineOf(item: Item, chat: Chat): string {
  if ('note' in item) {
    const { at, author, body } = item.note;
    return `[${time(at)}] (internal note) ${oneLine(author.name)}: ${indented(body)}\n`;
  }
  const { message } = item;
  const author = message.fromMe
    ? (message.agent?.name ?? 'Us')
    : (message.sender?.name ?? (chat.kind === 'group' ? '' : chat.name));
  if (message.type === 'system') return `[${time(message.at)}] — ${indented(systemWords(message))}\n`;
  const isGone = message.revokedAt !== null;
  const beside = oneLine(contentWords(message));
  const said = [beside && `<${beside}>`, indented(message.body)].filter(Boolean).join(' ');
  const marks = [message.editedAt !== null && !isGone && 'edited', sentWords(message)].filter(Boolean);
  const mark = marks.map((one) => ` (${one})`).join('');
  return `[${time(message.at)}] ${oneLine(author) || 'Unknown'}: ${isGone ? '<deleted>' : said}${mark}\n`;
}

function time(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** Nobody's words can be made to look like a line of somebody else. */
function indented(text: string): string {
  return text.replaceAll(/\r\n?|[\n\u2028\u2029\u0085\v\f]/g, '\n    ');
}
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
