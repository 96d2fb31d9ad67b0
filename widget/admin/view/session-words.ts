import type { Inbox, Session } from '../../../server/contract/wire.ts';
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

/** Calling codes of one and two digits (ITU E.164); all others have three. */
const short = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** `+39 333 123 4567`: the country's code, then groups of three with four at the end where it comes out so. */
export function phoneText(digits: string): string {
  const all = digits.replace(/\D/g, '');
  if (!all) return '';
  const code = short.exec(all)?.[1] ?? all.slice(0, 3);
  // 10 digits are 3 3 4, 9 are 3 3 3, 8 are 3 3 2.
  const rest = all.slice(code.length).replace(/(\d{3})(?=\d{2})/g, '$1 ');
  return `+${code} ${rest}`.trim();
}

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
