import type { Presence } from '../../../server/contract/presence.ts';
import { record } from './decode.ts';

export function isPresence(value: unknown): value is Presence {
  const { inboxId, chatId, presence } = record(value);
  return typeof inboxId === 'number' && typeof chatId === 'number' && typeof presence === 'string';
}
