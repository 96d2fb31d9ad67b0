import { z } from 'zod';
import { agent, chat, contact, message } from './wire.ts';

/** Bodies and answers of the HTTP API that are not plain rows. */
export const signIn = z.object({
  email: z.string().min(1).max(254),
  password: z.string().min(1).max(1024),
  /** `cookie` on pages of our own origin, `bearer` for the widget on a foreign page. */
  mode: z.enum(['cookie', 'bearer']).default('bearer'),
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
  body: z.string().min(1).max(65_536),
  quotedMessageId: z.string().max(128).optional(),
});
export type SendMessage = z.infer<typeof sendMessage>;

export const startChat = z.object({ phone: z.string().min(3).max(40) });
export const linkSession = z.discriminatedUnion('method', [
  z.object({ method: z.literal('qr') }),
  z.object({ method: z.literal('code'), phone: z.string().min(3).max(40) }),
]);
export type LinkSession = z.infer<typeof linkSession>;

/** Pages: `next` is given back as `before` (chats, messages) or `after` (contacts); null at the end. */
export const chatPage = z.object({ list: z.array(chat), next: z.string().nullable(), cursor: z.int() });
export const messagePage = z.object({ list: z.array(message), next: z.string().nullable(), cursor: z.int() });
export const contactPage = z.object({ list: z.array(contact), next: z.string().nullable(), cursor: z.int() });
export type ChatPage = z.infer<typeof chatPage>;
export type MessagePage = z.infer<typeof messagePage>;
export type ContactPage = z.infer<typeof contactPage>;
