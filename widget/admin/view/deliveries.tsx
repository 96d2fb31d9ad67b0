import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Endpoint, EndpointDelivery } from '../../../server/contract/outgoing.ts';
import { record } from '../../app/link/decode.ts';
import { isDelivery, listOf } from '../read.ts';
import { t, type TextKey } from '../text/text.ts';
import { exactly } from '../text/when.ts';
import { Button, Card, Chip, Of, When, type Tone } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

const tones: Record<string, Tone> = { delivered: 'good', queued: 'busy', dead: 'bad' };
const pageSize = 50;
const twoWeeksMs = 14 * 86_400_000;

/** What a server was told, with every try; what was given up can be told again. */
export function Deliveries(props: { endpoint: Endpoint; onChanged: () => Promise<void> }): JSX.Element {
  const { endpoint } = props;
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const [state, filter] = useState('');
  const [older, setOlder] = useState<EndpointDelivery[]>([]);
  const path = `/organisation/endpoints/${endpoint.id}`;
  const ask = async (before?: number): Promise<EndpointDelivery[]> => {
    const query = `limit=${pageSize}${state && `&state=${state}`}${before ? `&before=${before}` : ''}`;
    return listOf(await admin.http.get(`${path}/deliveries?${query}`), isDelivery);
  };
  const newest = useLoaded(() => ask(), `${state} ${endpoint.lastOkAt} ${endpoint.dead} ${endpoint.waiting}`);
  const replay = (id: number): Promise<boolean> =>
    run(async () => {
      await admin.http.post(`${path}/deliveries/${id}/replay`);
      admin.say(t('replayed'));
      await newest.again();
      await props.onChanged();
    });
  const replayAll = async (): Promise<void> => {
    const isSure = await admin.ask({
      title: t('replayTitle', { n: endpoint.dead }),
      lead: t('replayLead'),
      deed: t('replay'),
      isSafe: true,
    });
    if (!isSure) return;
    await run(async () => {
      const answer = await admin.http.post(`${path}/replay`, { since: Date.now() - twoWeeksMs });
      admin.say(t('replayedCount', { n: Number(record(answer)['count'] ?? 0) }));
      await newest.again();
      await props.onChanged();
    });
  };
  return (
    <Card
      title={t('deliveries')}
      aside={
        <div class="row-deeds">
          <select
            aria-label={t('state')}
            value={state}
            onChange={(event) => {
              setOlder([]);
              filter(event.currentTarget.value);
            }}
          >
            <option value="">{t('everything')}</option>
            <option value="queued">{t('delivery_queued')}</option>
            <option value="delivered">{t('delivery_delivered')}</option>
            <option value="dead">{t('delivery_dead')}</option>
          </select>
          {endpoint.dead > 0 && (
            <Button icon="retry" isBusy={isBusy} onClick={() => void replayAll()}>
              {t('replayAll')}
            </Button>
          )}
        </div>
      }
    >
      <Of from={newest}>
        {(first) => {
          const list = [...first, ...older];
          if (!list.length) return <p class="quiet">{t('deliveriesNone')}</p>;
          return (
            <>
              <ul class="lines">
                {list.map((one) => (
                  <Delivery key={one.id} delivery={one} onReplay={() => void replay(one.id)} />
                ))}
              </ul>
              {list.length % pageSize === 0 && (
                <Button
                  isBusy={isBusy}
                  onClick={() => void run(async () => setOlder([...older, ...(await ask(list.at(-1)!.id))]))}
                >
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

function Delivery(props: { delivery: EndpointDelivery; onReplay: () => void }): JSX.Element {
  const { delivery, onReplay } = props;
  const { type, state, at, attempts, webhookId } = delivery;
  return (
    <li class="delivery">
      <details>
        <summary>
          <Chip tone={tones[state] ?? 'off'}>{t(`delivery_${state}` satisfies TextKey)}</Chip>
          <span class="grow">{t(`type_${type}`)}</span>
          <span class="quiet">
            <When at={at} />
          </span>
        </summary>
        <p class="quiet">
          <code dir="ltr">
            {type} {webhookId}
          </code>
          {state === 'queued' && (
            <>
              {' '}
              · {t('nextTry')}: <When at={delivery.dueAt} />
            </>
          )}
        </p>
        <ol class="tries">
          {attempts.map((attempt) => (
            <li key={attempt.at}>
              <time>{exactly(attempt.at)}</time>{' '}
              <b class={attempt.error === null ? 'good' : 'bad'} title={attempt.error ?? undefined}>
                {attempt.status ?? t('notReached')}
              </b>{' '}
              <span class="quiet">{t('tookMs', { ms: Math.round(attempt.ms) })}</span>
              {attempt.excerpt && (
                <code dir="ltr" class="excerpt">
                  {attempt.excerpt}
                </code>
              )}
            </li>
          ))}
        </ol>
        {attempts.length === 0 && <p class="quiet">{t('triesNone')}</p>}
      </details>
      {state !== 'queued' && (
        <Button kind="quiet" icon="retry" label={`${t('replay')}: ${webhookId}`} onClick={onReplay}>
          {t('replay')}
        </Button>
      )}
    </li>
  );
}
