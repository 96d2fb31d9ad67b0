import { z } from 'zod';
import { capabilities } from './capability.ts';
import { messageContent } from './content.ts';
import { messageType } from './engine-event.ts';
import { sendReasons } from './outcome.ts';
import { sessionAction, sessionCode, sessionState } from './session-state.ts';
import { colleague, label, note } from './work.ts';

/** Rows as clients see them. Every row carries `seq`: a client keeps a row only if its `seq` is higher than the one it has. */
const id = z.int().positive();
const seq = z.int().nonnegative();
/** Milliseconds since 1970. */
const at = z.number();

/** Of a person or a group. */
export const picture = id
  .nullable()
  .describe('the profile picture: ask for an address at …/pictures/urls; another number: another picture');

export const ack = z.union([
  z.literal(-1),
  z.literal(0),
  z.literal(1),
  z.literal(2),
  z.literal(3),
  z.literal(4),
]);

export const chat = z.object({
  id,
  inboxId: id,
  kind: z.enum(['person', 'group', 'channel']),
  contactId: id.nullable(),
  name: z.string().describe('saved name, else the name the person gave, else the number, else ""'),
  phone: z.string().nullable().describe('digits in international form; null while WhatsApp hides the number'),
  blocked: z.boolean().describe('a person: we have blocked them'),
  picture,
  unread: z.int().describe('-1: marked unread by hand, and nothing has come since'),
  pinned: z.boolean(),
  archived: z.boolean(),
  mutedUntil: at.describe('0 = not muted'),
  last: z
    .object({
      body: z.string(),
      type: messageType,
      at,
      fromMe: z.boolean(),
      ack,
      revoked: z.boolean(),
      seconds: z
        .number()
        .optional()
        .describe('how long a voice note, audio or video is, where that is known'),
      reaction: z
        .object({
          emoji: z.string(),
          fromUs: z.boolean(),
          name: z.string().describe('whose it is; "" when it is ours'),
          body: z.string().describe('of what it is about, at most 100 characters'),
          type: messageType.describe('of what it is about'),
          at,
        })
        .optional()
        .describe(
          'a reaction of ours, or to what we wrote, that is newer than this Message; the order is by `at` all the same',
        ),
    })
    .nullable(),
  assignee: colleague.nullable().describe('the Agent who looks after it'),
  labels: z.array(label),
  mentioned: z.boolean().describe('a group: what is unread names our own number'),
  notedFor: z.array(id).describe('Agents that internal notes name and who have not opened the Chat since'),
  waitingSince: at
    .nullable()
    .describe('when the customer wrote what nobody has answered yet, the first of it'),
  settled: z.boolean().describe('an Agent said that what the customer wrote last needs no answer'),
  /** The Chat this one was joined into; such a row is a tombstone. */
  mergedInto: id.nullable(),
  seq,
});
export type Chat = z.infer<typeof chat>;

export const reaction = z.object({
  emoji: z.string(),
  fromUs: z.boolean(),
  name: z.string(),
  contactId: id.nullable(),
});

export const media = z.object({
  id,
  state: z
    .enum(['remote', 'fetching', 'stored', 'gone'])
    .describe('remote: not fetched yet. stored: ask for an address at …/media/urls. gone: cannot be had'),
  mime: z.string(),
  size: z.number().nullable().describe('bytes'),
  fileName: z.string(),
  seconds: z.number().nullable(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  waveform: z.string().nullable().describe('base64 of 64 bytes, each 0 to 100'),
  thumbnail: z.string().nullable().describe('base64 of a small JPEG'),
  hasSmall: z.boolean().describe('its thumbnail at …/media/urls is one of 320 pixels made here'),
  animated: z.boolean(),
});
export type Media = z.infer<typeof media>;

export const quoted = z.object({
  /** The row, when it is here: to jump to. */
  id: id.nullable(),
  messageId: z.string(),
  type: messageType,
  body: z.string(),
  fromMe: z.boolean(),
  name: z.string(),
  revoked: z.boolean(),
});
export type Quoted = z.infer<typeof quoted>;

/** One option of a poll. */
export const votesOfOption = z.object({
  option: z.string(),
  count: z.int().describe('how many have chosen it'),
  voters: z
    .array(z.object({ contactId: id.nullable(), name: z.string(), fromUs: z.boolean() }))
    .describe('at most 200'),
});

export const message = z.object({
  id,
  inboxId: id,
  chatId: id,
  messageId: z.string().nullable().describe('WhatsApp’s bare id; null until WhatsApp has given one'),
  clientId: z.string().nullable(),
  fromMe: z.boolean(),
  agent: z.object({ id, name: z.string() }).nullable(),
  sender: z
    .object({ contactId: id, name: z.string(), phone: z.string().nullable() })
    .nullable()
    .describe('in groups'),
  type: messageType,
  body: z.string(),
  at,
  ack,
  delivery: z
    .enum(['queued', 'sending', 'unconfirmed', 'uncertain', 'failed'])
    .nullable()
    .describe(
      'null: nothing pending. uncertain: may have been sent, the Agent decides. failed: certainly not sent',
    ),
  failure: z.enum(sendReasons).nullable(),
  editedAt: at.nullable(),
  revokedAt: at.nullable(),
  quotedMessageId: z.string().nullable(),
  quoted: quoted.nullable(),
  content: messageContent.nullable(),
  media: media.nullable(),
  /** The people named in the text as `@digits`. */
  mentions: z.array(z.object({ digits: z.string(), name: z.string(), contactId: id.nullable() })),
  named: z
    .array(
      z.object({
        address: z.string(),
        name: z.string(),
        contactId: id.nullable(),
        chatId: id.nullable(),
        isMe: z.boolean(),
      }),
    )
    .describe(
      'the people of `content.system`: who did it first, then to whom. The group of `content.invitation`, if we are in it',
    ),
  forwarded: z.int().describe('0 = not, 1 = forwarded, 2 = many times'),
  starred: z.boolean(),
  reactions: z.array(reaction),
  /** Of a poll: its options in order. */
  votes: z.array(votesOfOption).nullable(),
  /** Set on a row that turned out to be another row's Message: a tombstone to be dropped. */
  mergedInto: id.nullable(),
  seq,
});
export type Message = z.infer<typeof message>;

export const contact = z.object({
  id,
  inboxId: id,
  name: z.string(),
  pushName: z.string(),
  phone: z.string().nullable(),
  isBusiness: z.boolean(),
  isMe: z.boolean(),
  blocked: z.boolean(),
  picture,
  chatId: id.nullable(),
  mergedInto: id.nullable(),
  seq,
});
export type Contact = z.infer<typeof contact>;

export const pairingHint = z.object({
  kind: z.enum(['qr', 'code']),
  issuedAt: at,
  expiresAt: at,
  turn: z.int(),
});

export const session = z.object({
  inboxId: id,
  engine: z.string(),
  /** Which world the engine speaks to: `whatsapp`, or another the operator has defined (`sandbox`). */
  upstream: z.string(),
  state: sessionState,
  code: sessionCode,
  action: sessionAction,
  since: at,
  me: z.object({ phone: z.string(), name: z.string() }).nullable(),
  /** That a code is to be had, never the code: fetch it from `…/session/pairing`. */
  pairing: pairingHint.nullable(),
  progress: z.int().nullable(),
  /** Nothing is tried before, while the code is `too-many-failures`. */
  retryAt: at.optional(),
  capabilities,
  seq,
});
export type Session = z.infer<typeof session>;

export const pairing = pairingHint.extend({ value: z.string() });

/** Of a database that is brought back to an earlier day the numbers after that day count something else. */
export const era = z
  .string()
  .describe('which history of the Inbox the number counts in: given back beside it');

/** How far somebody has followed an Inbox, or it has counted. */
export interface Position {
  seq: number;
  era: string;
}

export const inbox = z.object({
  id,
  name: z.string(),
  organisationId: id,
  session,
  seq,
  cursor: seq.describe(
    'the Inbox has counted so far: what is read after this, and /changes from here on, is all',
  ),
  era,
});
export type Inbox = z.infer<typeof inbox>;

/** What an Inbox is called now. */
export const inboxName = z.object({ id, name: z.string(), seq });
export type InboxName = z.infer<typeof inboxName>;

/** The changed rows of one Inbox. */
export const changedRows = z.object({
  chats: z.array(chat),
  messages: z.array(message),
  contacts: z.array(contact),
  /** What Agents wrote for each other beside the Chats; never sent. */
  notes: z.array(note),
  session: session.nullable(),
  /** The Inbox itself, when it was given another name. */
  inbox: inboxName.optional(),
});
export type ChangedRows = z.infer<typeof changedRows>;

/** Answer of `GET /api/v1/changes` for one Inbox: everything with `since < seq <= cursor`. */
export const changes = changedRows.extend({
  inboxId: id,
  cursor: seq,
  era,
  more: z.boolean(),
  /** The cursor asked for is not one this Inbox can serve: drop what you have and read afresh. */
  reset: z.boolean(),
});
export type Changes = z.infer<typeof changes>;

/**
 * What is published on an Inbox's topic after a commit. `seq` is the Inbox's counter: every committed write takes the
 * next number, so `seq > cursor + 1` means a push was lost and the client pulls. Without `rows` it is a heartbeat or a
 * hint that the rows were too large to push. Another
 * `era` than that of the cursor: the client pulls too, and hears whether it may go on.
 */
export const push = z.object({ inboxId: id, seq, era, rows: changedRows.nullable() });
export type Push = z.infer<typeof push>;

export const agent = z.object({
  id,
  email: z.string(),
  name: z.string(),
  role: z.enum(['agent', 'supervisor', 'admin']),
  locale: z.string(),
  disabled: z.boolean(),
});
export type Agent = z.infer<typeof agent>;
export type Role = Agent['role'];
