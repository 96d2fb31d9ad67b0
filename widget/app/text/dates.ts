import { computed, signal } from '@preact/signals';
import { locale, t } from './text.ts';

/** Where the page says that its user is, as an IANA name; undefined: where the browser is. */
const timeZone = signal<string | undefined>(undefined);

/** False: no time zone has this name, and nothing changes. */
export function setTimeZone(name: string | undefined): boolean {
  try {
    if (name) new Intl.DateTimeFormat('en', { timeZone: name }).format(0);
  } catch {
    return false;
  }
  timeZone.value = name || undefined;
  return true;
}

/** Made with their first use: one takes some ms, and the first screen needs two or three. */
const dated = (options: Intl.DateTimeFormatOptions) =>
  computed(() => new Intl.DateTimeFormat(locale.value, { ...options, timeZone: timeZone.value }));
const formats = {
  time: dated({ timeStyle: 'short' }),
  weekday: dated({ weekday: 'short' }),
  day: dated({ day: '2-digit', month: '2-digit', year: '2-digit' }),
  longDay: dated({ weekday: 'long', day: 'numeric', month: 'long' }),
  longDayOfYear: dated({ day: 'numeric', month: 'long', year: 'numeric' }),
  full: dated({ dateStyle: 'long', timeStyle: 'short' }),
  ago: computed(() => new Intl.RelativeTimeFormat(locale.value, { numeric: 'auto', style: 'short' })),
};

/** The minute it is now; whoever runs the app moves it on, so that "yesterday" becomes true at midnight. */
export const nowMinute = signal(Date.now());

/** Clocks are put on and back by quarters of an hour at the least. */
const quarter = 900_000;
/** The dates of moments already asked for, by quarter; a long conversation asks for each of its Messages again and again. */
const calendar = computed(() => {
  const format = new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeZone: timeZone.value });
  const known = new Map<number, string>();
  return (at: number): string => {
    const place = Math.floor(at / quarter);
    let date = known.get(place);
    if (date === undefined) {
      if (known.size > 5_000) known.clear();
      known.set(place, (date = format.format(place * quarter)));
    }
    return date;
  };
});

/** The date of a moment, `2026-11-21`. */
export const dateOf = (at: number): string => calendar.value(at);

/** Whole days between two moments: 0 the same day, 1 yesterday. */
export function daysAgo(at: number, now: number): number {
  return Math.round((Date.parse(dateOf(now)) - Date.parse(dateOf(at))) / 86_400_000);
}

export const clockTime = (at: number): string => formats.time.value.format(at);
export const fullTime = (at: number): string => formats.full.value.format(at);

/** For a list: 14:05, Yesterday, Mon, 12.03.26. */
export function shortTime(at: number): string {
  const days = daysAgo(at, nowMinute.value);
  if (days <= 0) return clockTime(at);
  if (days === 1) return t('yesterday');
  return days < 7 ? formats.weekday.value.format(at) : formats.day.value.format(at);
}

/** For a date separator: Today, Yesterday, Monday 3 March, 3 March 2025. */
export function dayName(at: number): string {
  const days = daysAgo(at, nowMinute.value);
  if (days <= 0) return t('today');
  if (days === 1) return t('yesterday');
  return days < 200 ? formats.longDay.value.format(at) : formats.longDayOfYear.value.format(at);
}

/** "12 sec. ago", "3 min. ago". */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1_000));
  if (seconds < 60) return formats.ago.value.format(-seconds, 'second');
  const minutes = Math.round(seconds / 60);
  return minutes < 60
    ? formats.ago.value.format(-minutes, 'minute')
    : formats.ago.value.format(-Math.round(minutes / 60), 'hour');
}
