import { z } from 'zod';
import { labelColours, type LabelColour } from './label-colours.ts';

export type { LabelColour };

/** What Agents do around a Chat: labels, internal notes, canned replies, who is replying. */
const id = z.int().positive();

export const label = z.object({
  id,
  name: z.string(),
  colour: z.enum(labelColours).describe('a name, not a value: each screen has its own shade of it'),
});
export type Label = z.infer<typeof label>;
export const newLabel = z.object({
  name: z.string().trim().min(1).max(40),
  colour: z.enum(labelColours).default('grey'),
});
export const labelChange = z.object({
  name: z.string().trim().min(1).max(40).optional(),
  colour: z.enum(labelColours).optional(),
});

/** An Agent as the colleagues see them. */
export const colleague = z.object({ id, name: z.string() });
export type Colleague = z.infer<typeof colleague>;

export const note = z.object({
  id,
  inboxId: id,
  chatId: id,
  clientId: z.string(),
  author: colleague,
  body: z.string(),
  at: z.number().describe('ms'),
  editedAt: z.number().nullable(),
  deleted: z.boolean().describe('a tombstone: to be taken off the screen'),
  mentions: z.array(colleague).describe('named in it as `@name`'),
  seq: z.int().nonnegative(),
});
export type Note = z.infer<typeof note>;
const noteBody = z
  .string()
  .max(10_000)
  .refine((body) => body.trim() !== '', 'not empty');
const mentions = z.array(id).max(20).describe('Agents of the Organisation named in the text as `@name`');
export const newNote = z.object({ clientId: z.uuid(), body: noteBody, mentions: mentions.default([]) });
export const noteChange = z.object({
  body: noteBody,
  mentions: mentions.optional().describe('without it, as they were'),
});
/** Newest page first, oldest first within it, as Messages are. */
export const notePage = z.object({ list: z.array(note), next: z.string().nullable() });
export type NotePage = z.infer<typeof notePage>;

export const assign = z.object({
  agentId: id.nullable().describe('null: nobody'),
  expected: id
    .nullable()
    .optional()
    .describe('done only if the Chat is assigned so now, else `conflict`; without it, whoever has it'),
});
export type Assign = z.infer<typeof assign>;

export const cannedReply = z.object({
  id,
  shortcut: z.string().describe('without the slash'),
  body: z.string().describe('may hold {{contact.name}}, {{contact.phone}}, {{agent.name}}, {{inbox.name}}'),
  category: z.string().describe('the group it stands in; empty: none'),
});
export type CannedReply = z.infer<typeof cannedReply>;
const shortcut = z
  .string()
  .trim()
  .toLowerCase()
  .max(30)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u, 'letters, digits, - and _');
const cannedBody = z.string().trim().min(1).max(4_000);
/** One line; of two spellings that differ in case the one that stands already is kept. */
const category = z
  .string()
  .trim()
  .max(40)
  .regex(/^\P{Cc}*$/u, 'one line');
export const newCannedReply = z.object({ shortcut, body: cannedBody, category: category.default('') });
export type NewCannedReply = z.infer<typeof newCannedReply>;
export const cannedReplyChange = z.object({
  shortcut: shortcut.optional(),
  body: cannedBody.optional(),
  category: category.optional(),
});
export type CannedReplyChange = z.infer<typeof cannedReplyChange>;
/** A category is its name alone: renamed, every canned reply in it goes along. `to`: empty dissolves it. */
export const categoryMove = z.object({ from: category.min(1), to: category });

export const filledReply = z.object({
  text: z.string(),
  missing: z.array(z.string()).describe('variables that had nothing to say and are left out of the text'),
});

/** Published on {@link replyingTopic} and given by `GET …/replying`; believed for `replyingMs` after it came. */
export const replying = z.object({
  inboxId: id,
  chatId: id,
  agent: colleague,
  isReplying: z.boolean(),
});
export type Replying = z.infer<typeof replying>;

/** Published on {@link replyingTopic}, too: an Agent has a Chat before their eyes. Believed for `viewingMs`. */
export const viewing = z.object({ inboxId: id, chatId: id, agent: colleague, isViewing: z.boolean() });
export type Viewing = z.infer<typeof viewing>;

/** A record of the CRM that a person was said to be. `url`: null where only the page around the widget knows it. */
export const newCrmLink = z.object({
  entityType: z.string().regex(/^\w{1,60}$/),
  // As CRMs number their records; a database may refuse to keep other letters in a key.
  id: z.string().regex(/^[\x21-\x7e]{1,100}$/),
  name: z.string().max(200).default(''),
  url: z
    .string()
    .max(2_000)
    .regex(/^(#|\/(?![/\\])|\?|https?:\/\/)/i, 'of the page, or a web page')
    .nullable()
    .default(null),
});
export const crmLink = newCrmLink.extend({ at: z.int() });
export type CrmLink = z.infer<typeof crmLink>;
