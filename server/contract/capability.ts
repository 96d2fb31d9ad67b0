import { z } from 'zod';

/** What an Engine can do, with limits, as data. Shown to clients; features check it before they call a verb. */
export const capabilities = z.object({
  pairing: z.array(z.enum(['qr', 'code'])),
  history: z.boolean(),
  maxTextLength: z.int(),
  edit: z.boolean(),
  revoke: z.boolean(),
  react: z.boolean(),
  forward: z.boolean(),
  star: z.boolean(),
  /** Polls: making them and choosing in them. */
  vote: z.boolean(),
  markRead: z.boolean(),
  markUnread: z.boolean(),
  typing: z.boolean(),
  /** Pinning, archiving and muting Chats. */
  arrange: z.boolean(),
  /** Blocking people. */
  block: z.boolean(),
  /** Coming into groups that a message invites to, and telling the link of a group we look after. */
  invitations: z.boolean(),
  /** Telling of many numbers at once whether they are on WhatsApp. */
  findNumbers: z.boolean(),
  /** Telling what people and groups look like. */
  profilePictures: z.boolean(),
  /** Sending previews of links, and nobody has switched them off. */
  linkPreviews: z.boolean(),
  /** Receiving and sending files. */
  media: z.boolean(),
  /** The engine lets us choose the message id, so that a repeated send is the same message. */
  chosenMessageId: z.boolean(),
});
export type Capabilities = z.infer<typeof capabilities>;

/** An Inbox that lives on webhooks alone. */
export const noCapabilities: Capabilities = {
  pairing: [],
  history: false,
  maxTextLength: 0,
  edit: false,
  revoke: false,
  react: false,
  forward: false,
  star: false,
  vote: false,
  markRead: false,
  markUnread: false,
  typing: false,
  arrange: false,
  block: false,
  invitations: false,
  findNumbers: false,
  profilePictures: false,
  linkPreviews: false,
  media: false,
  chosenMessageId: false,
};
