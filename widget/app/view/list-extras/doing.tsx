import type { JSX } from 'preact';
import type { Doing as Deed } from '../../model/presences.ts';
import { clockTime, dayName, daysAgo, nowMinute } from '../../text/dates.ts';
import { t } from '../../text/text.ts';

/** What the other side of a Chat is doing, in its row or under its name. */
export function Doing({ doing }: { doing: Deed }): JSX.Element {
  return <span class="doing">{t(`doing_${doing}`)}</span>;
}

/** When the other side was there last, in words of the Agent's day. */
export function LastSeen({ at }: { at: number }): JSX.Element {
  const days = daysAgo(at, nowMinute.value);
  const time = clockTime(at);
  return (
    <span class="last-seen">
      {days <= 0
        ? t('lastSeenToday', { time })
        : days === 1
          ? t('lastSeenYesterday', { time })
          : t('lastSeenDay', { day: dayName(at), time })}
    </span>
  );
}
