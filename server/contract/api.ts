import { z } from 'zod';
import { givenLink, newPoll } from './content.ts';
import { agent, chat, contact, era, message, picture } from './wire.ts';

/** Bodies and answers of the HTTP API that are not plain rows. */
export const signIn = z.object({
  email: z.string().min(1).max(254),
  password: z.string().min(1).max(1024),
  /** `cookie` on pages of our own origin, `bearer` for the widget on a foreign page. */
  mode: z.enum(['cookie', 'bearer']).default('bearer'),
  /** Of the authenticator app, or a recovery code; answered `code-required` where it is missing. */
  code: z.string().max(20).optional(),
});
export const signedIn = z.object({
  agent,
  organisation: z.object({ id: z.int(), name: z.string() }),
  /** Bearer mode only; keep it in memory. */
  token: z.string().nullable(),
  /** Cookie mode only: send it as `X-Chatdock-Csrf` with every request that changes something. */
  csrf: z.string().nullable(),
});
export type SignedIn = z.infer<typeof signedIn>;

/** One-time, 60 s: `?ticket=` (WAMP v2) or `?authToken=` (WAMP v1) of the socket address. */
export const ticket = z.object({ ticket: z.string(), expiresAt: z.number() });

export const sendMessage = z.object({
  /** UUID made by the caller: the same one again is the same Message. */
  clientId: z.uuid(),
  /** Text, or the caption of the file; empty only with a file or a poll. */
  body: z.string().max(65_536).default(''),
  quotedMessageId: z.string().max(128).optional(),
  /** From `POST /uploads`; used up by this. */
  uploadId: z.string().min(1).max(128).optional(),
  /** What the file is sent as; without it what the upload was judged to be. */
  as: z.enum(['image', 'video', 'voice', 'audio', 'document', 'sticker']).optional(),
  /** Contacts named in the text as `@digits`. */
  mentions: z.array(z.int().positive()).max(50).optional(),
  /** A poll in place of a text. */
  poll: newPoll.optional(),
  /** A preview of a page the text leads to. Left out where it does not fit the text, or the engine sends none. */
  link: givenLink.optional(),
});
export type SendMessage = z.infer<typeof sendMessage>;

export const forwardMessage = z.object({
  to: z
    .array(z.object({ chatId: z.int().positive(), clientId: z.uuid() }))
    .min(1)
    .max(20),
});
export type ForwardMessage = z.infer<typeof forwardMessage>;

const whenToldBy = z.object({ contactId: z.int().positive(), name: z.string(), at: z.number() });
/** How far a Message of ours got, by member of a group. */
export const messageInfo = z.object({
  deliveredTo: z.array(whenToldBy),
  readBy: z.array(whenToldBy),
  playedBy: z.array(whenToldBy),
  versions: z
    .array(
      z.object({
        body: z.string(),
        at: z.number(),
        agent: z.object({ id: z.int(), name: z.string() }).nullable(),
      }),
    )
    .describe('of an edited one: what it said, the first text first; as far as it was told here'),
});
export type MessageInfo = z.infer<typeof messageInfo>;

export const memberList = z.object({
  description: z.string(),
  members: z.array(
    z.object({
      contactId: z.int().positive(),
      name: z.string(),
      phone: z.string().nullable(),
      isMe: z.boolean(),
      picture,
      mention: z.string().nullable().describe('what stands after @ in a text that names them'),
      role: z.enum(['member', 'admin', 'owner']),
    }),
  ),
});
export type MemberList = z.infer<typeof memberList>;

/** How far back the history of a whole Inbox is pulled; what is usual comes with linking a number. */
export const backfillBounds = z.object({
  days: z.int().min(1).max(3_650).default(90),
  messagesPerChat: z.int().min(1).max(20_000).default(500),
});
export type BackfillBounds = z.infer<typeof backfillBounds>;
export const backfillProgress = z.object({
  state: z.enum(['none', 'running', 'done', 'stopped']),
  chats: z.object({ done: z.int(), total: z.int() }),
  messages: z.int().describe('that were not here before'),
  startedAt: z.number().nullable().describe('ms'),
  endedAt: z.number().nullable().describe('ms'),
});
export type BackfillProgress = z.infer<typeof backfillProgress>;

export const startChat = z.object({ phone: z.string().min(1).max(40) });
export const linkSession = z.discriminatedUnion('method', [
  z.object({ method: z.literal('qr') }),
  z.object({ method: z.literal('code'), phone: z.string().min(1).max(40) }),
]);
export type LinkSession = z.infer<typeof linkSession>;

/**
 * Pages: `next` is given back as `before` (chats, messages) or `after` (contacts); null at the end. What changes after
 * `cursor` is told by /changes.
 */
export const chatPage = z.object({ list: z.array(chat), next: z.string().nullable(), cursor: z.int(), era });
/** What a chat list is cut to; `mentions`: our number, or the asker by a note, is named in what is not read yet. */
export const chatFilter = z.enum(['all', 'unread', 'mentions', 'groups', 'archived']);
export type ChatFilter = z.infer<typeof chatFilter>;
export const chatSort = z.enum(['newest', 'waiting']);
export type ChatSort = z.infer<typeof chatSort>;
/** How many Chats each tab of a list holds; `messages`: unread ones, of what is not archived. */
export const chatCounts = z.object({
  inboxId: z.int(),
  all: z.int(),
  unread: z.int(),
  mentions: z.int(),
  mine: z.int(),
  nobody: z.int(),
  groups: z.int(),
  archived: z.int(),
  messages: z.int(),
});
export type ChatCounts = z.infer<typeof chatCounts>;
export const messagePage = z.object({
  list: z.array(message),
  next: z.string().nullable(),
  newer: z.string().nullable().describe('given back as `after`: what follows; null at the newest'),
  cursor: z.int(),
  era,
});
/** `null`: not known now. Whose number is hidden is left out. */
export const numberChecks = z.object({
  list: z.array(z.object({ contactId: z.int().positive(), onWhatsApp: z.boolean().nullable() })),
});

/** What is looked for in a Chat: photos and videos, documents, or Messages with links. */
export const sharedKind = z.enum(['media', 'documents', 'links']);
export type SharedKind = z.infer<typeof sharedKind>;
export const sharedPage = z.object({
  list: z.array(message).describe('newest first; may be short, or empty, before the end'),
  next: z.string().nullable().describe('given back as `before`; null at the beginning of the Chat'),
});
export type SharedPage = z.infer<typeof sharedPage>;
export const contactPage = z.object({
  list: z.array(contact),
  next: z.string().nullable(),
  cursor: z.int(),
  era,
});
export type ChatPage = z.infer<typeof chatPage>;
export type MessagePage = z.infer<typeof messagePage>;
export type ContactPage = z.infer<typeof contactPage>;
