import { Problem } from '../contract/problem.ts';
import type { Inbox } from '../contract/wire.ts';

/** Of an archived number no new door is made. Problems: `conflict`. */
export function requireInUse<Of extends Pick<Inbox, 'session'>>(inbox: Of): Of {
  if (inbox.session.code === 'number-archived')
    throw new Problem('conflict', 'The number is archived: bring it back first');
  return inbox;
}
