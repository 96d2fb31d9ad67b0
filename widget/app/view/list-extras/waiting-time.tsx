import type { JSX } from 'preact';
import { fullTime, nowMinute } from '../../text/dates.ts';
import { t } from '../../text/text.ts';

/** How long somebody has waited, in whole minutes, hours or days. */
export function WaitingTime({ since }: { since: number }): JSX.Element {
  return (
    <time class="time waiting-time" title={t('waitingSince', { time: fullTime(since) })}>
      {waitingText(Math.max(0, nowMinute.value - since))}
    </time>
  );
}

export function waitingText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return t('waitingNow');
  if (minutes < 60) return t('waitingMinutes', { n: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? t('waitingHours', { n: hours }) : t('waitingDays', { n: Math.floor(hours / 24) });
}
