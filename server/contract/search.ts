import { z } from 'zod';
import { chat, contact, message } from './wire.ts';

export const searchKinds = ['chats', 'contacts', 'messages'] as const;
export type SearchKind = (typeof searchKinds)[number];

/** A Message that holds what was asked. */
export const messageHit = z.object({
  message,
  chat,
  snippet: z.string().describe('one line of the text around the first place'),
  highlights: z
    .array(z.tuple([z.int(), z.int()]))
    .describe('[start, end) of what was found in the snippet, in UTF-16 units, in order and apart'),
});
export type MessageHit = z.infer<typeof messageHit>;

export const searchAnswer = z.object({
  chats: z.array(chat).describe('by name or number; on the first page only'),
  contacts: z.array(contact).describe('whose Chats are not among `chats`; on the first page only'),
  messages: z.array(messageHit).describe('newest first'),
  /** Given back as `before`: older Messages; null at the end. */
  next: z.string().nullable(),
});
export type SearchAnswer = z.infer<typeof searchAnswer>;
