import { z } from 'zod';

/** What a number may send, so that it is not taken for one that abuses WhatsApp and banned. */
export const sendRules = z.object({
  /** Messages in any minute; more wait their turn. */
  perMinute: z.int().min(1).max(600).default(120),
  /** People written to for the first time in a day (UTC) who have not written to us; more are refused. */
  newContactsPerDay: z.int().min(0).max(10_000).default(200),
  /** For how many days after linking the cap for new contacts grows to its full height, evenly. 0: it stands at once. */
  warmUpDays: z.int().min(0).max(60).default(7),
});
export type SendRules = z.output<typeof sendRules>;

const minute = 60_000;
const day = 86_400_000;

/** Pure. When the next message may leave: now or earlier, or the moment one more fits in its minute. `sentAt` rises. */
export function mayLeaveAt(rules: SendRules, sentAt: readonly number[], now: number): number {
  const within = sentAt.filter((at) => at > now - minute);
  const oldest = within[within.length - rules.perMinute];
  return oldest === undefined ? now : oldest + minute;
}

/** Pure. How many new contacts today, `linkedAt` (ms; 0: not known, so it is new). Never less than a tenth, nor than 5. */
export function newContactsToday(rules: SendRules, linkedAt: number, now: number): number {
  const { newContactsPerDay: full, warmUpDays } = rules;
  if (warmUpDays === 0) return full;
  const days = linkedAt === 0 ? 0 : Math.floor((now - linkedAt) / day);
  if (days >= warmUpDays) return full;
  return Math.min(
    full,
    Math.max(5, Math.ceil(full / 10), Math.floor((full * (days + 1)) / (warmUpDays + 1))),
  );
}

export const dayOf = (now: number): number => Math.floor(now / day);
export const nextDay = (now: number): number => (dayOf(now) + 1) * day;
