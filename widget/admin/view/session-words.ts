import type { Inbox, Session } from '../../../server/contract/wire.ts';
import { phoneText } from '../../app/view/phone-text.ts';
import type { SessionChange } from '../read.ts';
import type { Tone } from './parts.tsx';

/** How a state looks: a green one works, a busy one is on its way, a bad one needs a person. */
export function toneOf(state: string): Tone {
  if (state === 'working') return 'good';
  if (state === 'failed' || state === 'logged-out') return 'bad';
  return state === 'stopped' ? 'off' : 'busy';
}

export const isConnected = (session: Pick<Session, 'state'>): boolean =>
  session.state === 'working' || session.state === 'degraded';

/** Out of use: what was written can be read, and nothing else. */
export const isArchived = ({ code }: Pick<Session, 'code'>): boolean => code === 'number-archived';

/** What was lost comes back without anybody; where another computer has it, that one has been preferred by a person. */
export const comesBack = ({ state, code, action }: Pick<Session, 'state' | 'code' | 'action'>): boolean =>
  state === 'lost' && action === 'retry' && code !== 'taken-over';

/** What a number is called: the name the Inbox has, else its phone. */
export const nameOf = (inbox: Inbox): string =>
  inbox.name || (inbox.session.me ? phoneText(inbox.session.me.phone) : `#${inbox.id}`);

/** How often the link broke since midnight, and why the last time. */
export function breaksToday(
  changes: readonly SessionChange[],
  now: number,
): { n: number; last: SessionChange } | undefined {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const broken = changes.filter(
    ({ at, state, code }) =>
      at >= midnight &&
      (state === 'lost' || state === 'failed' || state === 'logged-out') &&
      code !== 'qr-expired',
  );
  const [last] = broken;
  return last && { n: broken.length, last };
}
