import { signal } from '@preact/signals';
import { locale, t } from './text.ts';

/** ms since 1970, renewed every 15 s while the page is looked at. */
export const now = signal(Date.now());
setInterval(() => document.hidden || (now.value = Date.now()), 15_000);
document.addEventListener('visibilitychange', () => (now.value = Date.now()));

/** `3 minutes ago`, in the language of now. */
export function ago(at: number): string {
  if (at === 0) return t('never');
  const seconds = Math.round((at - now.value) / 1_000);
  const size = Math.abs(seconds);
  if (size < 45) return t(seconds > 15 ? 'soon' : 'justNow');
  const words = new Intl.RelativeTimeFormat(locale.value, { numeric: 'auto' });
  if (size < 2_700) return words.format(Math.round(seconds / 60), 'minute');
  if (size < 79_200) return words.format(Math.round(seconds / 3_600), 'hour');
  return words.format(Math.round(seconds / 86_400), 'day');
}

/** Date and time, to the second. */
export const exactly = (at: number): string =>
  new Date(at).toLocaleString(locale.value, { dateStyle: 'medium', timeStyle: 'medium' });

/** Date and time, to the minute. */
export const shortly = (at: number): string =>
  new Date(at).toLocaleString(locale.value, { dateStyle: 'medium', timeStyle: 'short' });

export const clockTime = (at: number): string =>
  new Date(at).toLocaleTimeString(locale.value, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export const day = (at: number): string =>
  new Date(at).toLocaleDateString(locale.value, { weekday: 'long', day: 'numeric', month: 'long' });

/** `1:42`: what is left until then. */
export function left(at: number, from: number): string {
  const seconds = Math.max(0, Math.round((at - from) / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `2 h 5 min`: how long something lasted. */
export function lasted(ms: number): string {
  const unit = (value: number, unit: 'second' | 'minute' | 'hour' | 'day'): string =>
    new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return unit(Math.max(1, Math.round(ms / 1_000)), 'second');
  if (minutes < 60) return unit(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  if (hours < 24)
    return minutes % 60 ? `${unit(hours, 'hour')} ${unit(minutes % 60, 'minute')}` : unit(hours, 'hour');
  return unit(Math.floor(hours / 24), 'day');
}
