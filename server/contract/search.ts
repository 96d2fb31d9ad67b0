import { z } from 'zod';
import { chat, contact, message } from './wire.ts';
import { note } from './work.ts';

export const searchKinds = ['chats', 'contacts', 'messages', 'notes'] as const;
export type SearchKind = (typeof searchKinds)[number];

/** What of a Message was looked through: its text, what stands under a file, a file's name, a poll, cards, a place, the group invited to. */
export const matchedIn = ['text', 'caption', 'file', 'poll', 'card', 'place', 'invitation'] as const;
export type MatchedIn = (typeof matchedIn)[number];

const snippet = z.string().describe('one line of what was looked through, around the first place');
const highlights = z
  .array(z.tuple([z.int(), z.int()]))
  .describe('[start, end) of what was found in the snippet, in UTF-16 units, in order and apart');

/** A Message that holds what was asked. */
export const messageHit = z.object({
  message,
  chat,
  matched: z.array(z.enum(matchedIn)).describe('where it was found; the snippet is of the first'),
  snippet,
  highlights,
});
export type MessageHit = z.infer<typeof messageHit>;

/** An internal note that holds what was asked. */
export const noteHit = z.object({ note, chat, snippet, highlights });
export type NoteHit = z.infer<typeof noteHit>;

export const searchAnswer = z.object({
  chats: z.array(chat).describe('by name or number; on the first page only'),
  contacts: z.array(contact).describe('whose Chats are not among `chats`; on the first page only'),
  messages: z.array(messageHit).describe('newest first'),
  notes: z.array(noteHit).describe('newest first; further ones by asking for notes alone'),
  /** Given back as `before`: older Messages (older notes, if only those were asked for); null at the end. */
  next: z.string().nullable(),
  total: z
    .int()
    .nullable()
    .describe('in one Chat, on the first page: how many there are, 1000 meaning so many or more; else null'),
});
export type SearchAnswer = z.infer<typeof searchAnswer>;
