import type { Session } from '../../server/contract/wire.ts';

/** `393331234567` as people read it. */
export const phoneWords = (phone: string): string => (phone ? `+${phone}` : 'no number yet');

/** `ABCD1234` as WhatsApp shows it. */
export const codeWords = (code: string): string => code.replace(/^(.{4})(.{4})$/, '$1-$2');

const actions: Record<Session['action'], string> = {
  none: '',
  wait: 'Nothing to do: wait.',
  retry: 'Type "link" to try again.',
  'pair-again': 'The number is not linked any more: type "link".',
  'open-phone': 'Take the phone: WhatsApp, Linked devices, Link a device.',
  update: 'The engine is too old: whoever runs the server has to update it.',
  'extra-step-on-phone': 'WhatsApp asks for one more step on the phone.',
  'ask-operator': 'Whoever runs the server has to look at it.',
};

/** One line of how it is and, where somebody can do something, what. */
export function sessionWords(session: Session, now: number): string {
  const code = session.code === 'none' ? '' : ` (${session.code})`;
  const until =
    session.retryAt !== undefined && session.retryAt > now
      ? ` Next try in ${durationWords(session.retryAt - now)}.`
      : '';
  const me = session.me ? `, ${phoneWords(session.me.phone)}` : '';
  const what = actions[session.action];
  return `${session.state}${code}${me}, for ${durationWords(now - session.since)}.${until}${what ? ` ${what}` : ''}`;
}

export function durationWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** What is known of a Session's health; what is not known is not said. */
export function healthWords(health: object): string {
  const known = Object.entries(health).filter(([, value]) => value !== null && value !== '');
  return tableWords(Object.fromEntries(known));
}

function readable(name: string, value: unknown): unknown {
  if (typeof value === 'object' && value)
    return Object.entries(value)
      .map(([inner, part]) => String(readable(inner, part)))
      .join('  ');
  if (typeof value !== 'number') return value;
  if (/^at$|At$/.test(name)) return new Date(value).toISOString();
  if (name.endsWith('Ms')) return `${value} ms`;
  return name.endsWith('Bytes') ? `${Math.round(value / 1_000_000)} MB` : value;
}

/** Rows of `name: value`, aligned; times and sizes as people read them. */
export function tableWords(values: object): string {
  const rows = Object.entries(values).map(
    ([name, value]) => [name, value === null ? '–' : String(readable(name, value))] as const,
  );
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}
