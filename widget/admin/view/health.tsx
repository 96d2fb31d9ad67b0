import type { JSX } from 'preact';
import type { Inbox } from '../../../server/contract/wire.ts';
import { one, reader, type SessionChange } from '../read.ts';
import { locale, t, tCode } from '../text/text.ts';
import { now } from '../text/when.ts';
import { Card, Facts, When } from './parts.tsx';
import { useAdmin, useLoaded } from './room.ts';
import { wordOf } from './engines.tsx';
import { breaksToday, isArchived } from './session-words.ts';

interface Health {
  breaker: string;
  retryAt: number | null;
  engineVersion: string;
  lookedAt: number | null;
  roundTripMs: number | null;
  memoryBytes: number | null;
  lastAction: { what: string; at: number } | null;
  reconnects: number;
  sent: number;
  received: number;
  errors: number;
  lastError: { at: number; code: string; message: string } | null;
}
const isHealth = reader<Health>({ breaker: 'string', sent: 'number', received: 'number', errors: 'number' });

/** How a number is, in figures: what the last look found, and what it has done since the server began. */
export function HealthCard(props: { inbox: Inbox; story: SessionChange[] | undefined }): JSX.Element {
  const { inbox, story } = props;
  const admin = useAdmin();
  const { session } = inbox;
  const loaded = useLoaded(
    async () => one(await admin.http.get(`/inboxes/${inbox.id}/session/health`), isHealth),
    `${session.seq} ${now.value}`,
  );
  const health = loaded.value;
  const broken = story && breaksToday(story, now.value);
  const figure = (value: number, unit?: 'millisecond' | 'megabyte'): string =>
    value.toLocaleString(locale.value, unit && { style: 'unit', unit });
  const rows: [string, JSX.Element | string][] = [
    [t('since'), <When key="since" at={session.since} />],
    [
      t('today'),
      broken ? t('brokeToday', { n: broken.n, why: tCode('reason_', broken.last.code) }) : t('wholeToday'),
    ],
    [
      t('engine'),
      <span key="engine">
        {isArchived(session) ? tCode('reason_', session.code) : wordOf('engine_', session.engine)}
        {health?.engineVersion && (
          <small class="quiet block" dir="ltr">
            {health.engineVersion}
          </small>
        )}
      </span>,
    ],
  ];
  if (health) {
    if (health.breaker !== 'closed' && health.retryAt)
      rows.push([t('nextTry'), <When key="retry" at={health.retryAt} />]);
    if (health.lookedAt) {
      const time =
        health.roundTripMs !== null &&
        t('answeredIn', { time: figure(Math.round(health.roundTripMs), 'millisecond') });
      rows.push([
        t('lastLook'),
        <span key="look">
          <When at={health.lookedAt} />
          {time && <small class="quiet block">{time}</small>}
        </span>,
      ]);
    }
    if (health.memoryBytes)
      rows.push([t('memory'), figure(Math.round(health.memoryBytes / 1_048_576), 'megabyte')]);
    rows.push([t('messages'), t('sentReceived', { sent: health.sent, received: health.received })]);
    if (health.reconnects) rows.push([t('reconnects'), figure(health.reconnects)]);
    if (health.lastError)
      rows.push([
        t('lastError'),
        <span key="error">
          {tCode('reason_', health.lastError.code)}, <When at={health.lastError.at} />
          {health.lastError.message && (
            <small class="quiet block" dir="ltr">
              {health.lastError.message}
            </small>
          )}
        </span>,
      ]);
  }
  return (
    <Card title={t('health')}>
      <Facts list={rows} />
    </Card>
  );
}
