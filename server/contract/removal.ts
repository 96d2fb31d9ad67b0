import { z } from 'zod';

/** keep: what was written can still be read, and the number does nothing any more. delete: all of it goes. */
export const removalMode = z.enum(['keep', 'delete']);
export type RemovalMode = z.infer<typeof removalMode>;

/** `name` is what the number is called, typed by a person: nothing is taken out of use by a slip. */
export const removeInbox = z.object({ mode: removalMode, name: z.string().max(200) });
export type RemoveInbox = z.infer<typeof removeInbox>;

/** An archived number that is in use again. What was closed with it stays closed: it has to be made anew. */
export const restoration = z.object({
  inboxId: z.int(),
  engine: z.string().describe('as before; `none`: it lives on webhooks'),
  webhooks: z
    .array(z.object({ dialect: z.string(), session: z.string() }))
    .describe('fed it before; their secrets are gone: make them anew'),
});
export type Restoration = z.infer<typeof restoration>;

/** A number that was taken out of use, and how far that has got. */
export const removal = z.object({
  inboxId: z.int(),
  name: z.string(),
  number: z.string().describe('digits; empty when no phone was linked'),
  mode: removalMode,
  phone: z
    .enum(['', 'told', 'not-told', 'not-linked'])
    .describe(
      'whether WhatsApp was told: if not, the device stays on the phone’s list; empty: not tried yet',
    ),
  messages: z.int().describe('deleted so far'),
  begunAt: z.number(),
  endedAt: z.number().describe('0 = it is still being deleted'),
});
export type Removal = z.infer<typeof removal>;
