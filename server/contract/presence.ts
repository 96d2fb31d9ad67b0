import { z } from 'zod';

export const presences = ['typing', 'recording', 'paused', 'online', 'offline'] as const;

/**
 * Published on {@link presenceTopic}: what the other side of a Chat is doing, where its source tells. Typing and recording
 * are believed for `typingMs` after they came.
 */
export const presence = z.object({
  inboxId: z.int().positive(),
  chatId: z.int().positive(),
  presence: z.enum(presences),
  lastSeen: z.int().positive().optional().describe('ms: with `offline`, where it is not hidden'),
});
export type Presence = z.infer<typeof presence>;
