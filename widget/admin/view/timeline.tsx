import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { isSessionChange, listOf, type SessionChange } from '../read.ts';
import { hasText, t, tCode } from '../text/text.ts';
import { clockTime, day, lasted } from '../text/when.ts';
import { fold, type Fold } from './fold.ts';
import { Button, Card, Of } from './parts.tsx';
import { useAdmin, useDeed, type Loaded } from './room.ts';
import { toneOf } from './session-words.ts';

/** How much of a story is read at once. */
export const pageSize = 20;

/** The story of a link, by day, newest first. */
export function Timeline({
  inboxId,
  story,
}: {
  inboxId: number;
  story: Loaded<SessionChange[]>;
}): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const [older, setOlder] = useState<SessionChange[]>([]);
  const [isEnd, setEnd] = useState(false);
  const more = async (list: SessionChange[]): Promise<void> => {
    const before = list.at(-1)?.id;
    const path = `/inboxes/${inboxId}/session/events?limit=${pageSize}&before=${before}`;
    const page = listOf(await admin.http.get(path), isSessionChange);
    setOlder([...older, ...page]);
    setEnd(page.length < pageSize);
  };
  return (
    <Card title={t('timeline')}>
      <Of from={story}>
        {(newest) => {
          const oldestNew = newest.at(-1)?.id ?? 0;
          const list = [...newest, ...older.filter(({ id }) => id < oldestNew)];
          if (!list.length) return <p class="quiet">{t('timelineEmpty')}</p>;
          return (
            <>
              <ol class="timeline">
                {fold(list, day).map((one, index, all) => (
                  <Change key={one.change.id} told={one} before={all[index - 1]?.change} />
                ))}
              </ol>
              {newest.length >= pageSize && !isEnd && (
                <Button isBusy={isBusy} onClick={() => void run(() => more(list))}>
                  {t('older')}
                </Button>
              )}
            </>
          );
        }}
      </Of>
    </Card>
  );
}

/** News of its own kind has a name of its own; the rest is called by the state it led to. */
function titleOf({ event, state, code }: SessionChange): string {
  // Nothing broke: nobody came with the phone.
  if (code === 'qr-expired') return tCode('reason_', code);
  const key = `event_${event ?? ''}`;
  return hasText(key) ? t(key) : tCode('state_', state);
}

function Change({ told, before }: { told: Fold; before: SessionChange | undefined }): JSX.Element {
  const { change, from, times } = told;
  const isNewDay = !before || day(before.at) !== day(change.at);
  const { at, code, detail, event, connectedMs, status } = change;
  const title = titleOf(change);
  const reason = code === 'none' ? '' : tCode('reason_', code);
  return (
    <li class={toneOf(change.state)}>
      {isNewDay && <h3 class="day">{day(at)}</h3>}
      <div class="moment">
        <time dateTime={new Date(at).toISOString()}>{clockTime(at)}</time>
        <div>
          <b>{title}</b>
          {reason && reason !== title && <p>{reason}</p>}
          {times > 1 && <small class="quiet">{t('timesSince', { n: times, time: clockTime(from) })}</small>}
          {event === 'disconnected' && connectedMs && times === 1 && (
            <small class="quiet">{t('connectedFor', { time: lasted(connectedMs) })}</small>
          )}
          {(detail || status) && (
            <details>
              <summary>{t('details')}</summary>
              {status && <small class="quiet">{t('shownBefore', { status: `${status}` })}</small>}
              {detail && <code dir="ltr">{detail}</code>}
            </details>
          )}
        </div>
      </div>
    </li>
  );
}
