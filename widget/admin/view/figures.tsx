import type { JSX } from 'preact';
import { reader, one } from '../read.ts';
import { locale, t, tCode } from '../text/text.ts';
import { now } from '../text/when.ts';
import { When } from './parts.tsx';
import { useAdmin, useLoaded } from './room.ts';

/** Under the names the predecessor's session pool had. */
interface PoolFigures {
  totalSessions: number;
  activeConnections: number;
  failedReconnects: number;
  messagesSent: number;
  messagesReceived: number;
  qrCodesGenerated: number;
  errors: number;
  lastError: { at: number; code: string; message: string } | null;
}
const isFigures = reader<PoolFigures>({
  totalSessions: 'number',
  activeConnections: 'number',
  failedReconnects: 'number',
  messagesSent: 'number',
  messagesReceived: 'number',
  qrCodesGenerated: 'number',
  errors: 'number',
});

/** What all numbers together have done since the server was started; asked again every 15 s. */
export function Figures(): JSX.Element | null {
  const admin = useAdmin();
  const states = admin.inboxes.value?.map(({ session }) => session.state).join();
  const { value } = useLoaded(
    async () => one(await admin.http.get('/sessions/figures'), isFigures),
    `${now.value} ${states}`,
  );
  if (!value) return null;
  const rows: [string, string | number][] = [
    [t('figConnected'), t('ofTotal', { n: value.activeConnections, total: value.totalSessions })],
    [t('figSent'), value.messagesSent],
    [t('figReceived'), value.messagesReceived],
    [t('figFailed'), value.failedReconnects],
    [t('figQr'), value.qrCodesGenerated],
    [t('figErrors'), value.errors],
  ];
  const { lastError } = value;
  return (
    <section class="figures" aria-label={t('figSince')}>
      <h2>{t('figSince')}</h2>
      <dl>
        {rows.map(([name, figure]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof figure === 'number' ? figure.toLocaleString(locale.value) : figure}</dd>
          </div>
        ))}
      </dl>
      {lastError && (
        <p class="quiet" title={lastError.message}>
          {t('figLast')}: {tCode('reason_', lastError.code)}, <When at={lastError.at} />
        </p>
      )}
    </section>
  );
}
