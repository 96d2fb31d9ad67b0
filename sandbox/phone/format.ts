import { language, text } from './text.ts';

/** Times the way the reader's own system writes them, where that is a language of this page. */
const locale = navigator.language.startsWith(language) ? navigator.language : language;
const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const long = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const dayStart = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
const daysAgo = (seconds: number): number =>
  Math.round((dayStart(new Date()) - dayStart(new Date(seconds * 1000))) / 86_400_000);

/** `14:05`. */
export const clockTime = (seconds: number): string => time.format(seconds * 1000);
/** Short: the time today, `Yesterday`, else the date. */
export function shortTime(seconds: number): string {
  const ago = daysAgo(seconds);
  return ago <= 0 ? clockTime(seconds) : ago === 1 ? text.yesterday : date.format(seconds * 1000);
}
/** For the line between days. */
export function dayName(seconds: number): string {
  const ago = daysAgo(seconds);
  return ago <= 0 ? text.today : ago === 1 ? text.yesterday : long.format(seconds * 1000);
}
/** `+39 333 123 4567`, roughly. */
export function phoneNumber(wid: string): string {
  const digits = wid.split('@')[0] ?? '';
  const code = /^(39|44|49|33|34|7|1)/.exec(digits)?.[0] ?? '';
  const rest = digits.slice(code.length).replace(/(\d{3})(?=\d{3})/g, '$1 ');
  return `+${code}${code ? ' ' : ''}${rest}`;
}
/** One or two letters for a round picture. */
export const initials = (name: string): string =>
  name
    .replace(/^[~+]/, '')
    .split(/\s+/)
    .map((word) => [...word][0] ?? '')
    .filter((letter) => /\p{L}|\d/u.test(letter))
    .slice(0, 2)
    .join('')
    .toUpperCase();
/** One of eight colours, always the same for a name. */
export const hue = (name: string): string =>
  String([...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 8);
