import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Endpoint } from '../../../server/contract/outgoing.ts';
import { record } from '../../app/link/decode.ts';
import { isMadeSecret, one } from '../read.ts';
import { t } from '../text/text.ts';
import { clockTime } from '../text/when.ts';
import { Deliveries } from './deliveries.tsx';
import { Button, Card, Chip, Page, Secret, When, type Tone } from './parts.tsx';
import { useAdmin, useDeed } from './room.ts';
import { nameOf } from './session-words.ts';

export const tones: Record<string, Tone> = { on: 'good', off: 'off', gone: 'bad', failing: 'bad' };
export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** One server: its state, what it was told, and what was given up. */
export function Webhook({
  endpoint,
  onChanged,
}: {
  endpoint: Endpoint;
  onChanged: () => Promise<void>;
}): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const [secret, tell] = useState('');
  const [tested, setTested] = useState<{ isOk: boolean; text: string } | null>(null);
  const path = `/organisation/endpoints/${endpoint.id}`;
  const name = endpoint.description || hostOf(endpoint.url);
  const test = (): Promise<boolean> =>
    run(async () => {
      const answer = record(await admin.http.post(`${path}/test`));
      const isOk = answer['ok'] === true;
      const ms = Math.round(Number(answer['ms']));
      const status = answer['status'] ?? t('notReached');
      setTested({ isOk, text: t(isOk ? 'testOk' : 'testFailed', { status: String(status), ms }) });
      await onChanged();
    });
  const rotate = async (): Promise<void> => {
    const isSure = await admin.ask({
      title: t('rotateTitle', { name }),
      lead: t('rotateLead'),
      deed: t('rotate'),
    });
    if (isSure)
      await run(async () => tell(one(await admin.http.post(`${path}/rotate`), isMadeSecret).secret));
  };
  const turn = async (on: boolean): Promise<void> => {
    await run(async () => void (await admin.http.ask('PATCH', path, { on })));
    await onChanged();
  };
  const remove = async (): Promise<void> => {
    const isSure = await admin.ask({
      title: t('endpointRemoveTitle', { name }),
      lead: t('endpointRemoveLead', { n: endpoint.waiting }),
      deed: t('remove'),
      word: name,
    });
    if (!isSure) return;
    if (!(await run(async () => void (await admin.http.ask('DELETE', path))))) return;
    location.hash = '#/webhooks';
  };
  return (
    <Page
      title={name}
      back={{ href: '#/webhooks', label: t('webhooks') }}
      aside={
        <>
          <Button kind="primary" icon="send" isBusy={isBusy} onClick={() => void test()}>
            {t('test')}
          </Button>
          <Button isBusy={isBusy} onClick={() => void turn(endpoint.state !== 'on')}>
            {t(endpoint.state === 'on' ? 'turnOff' : 'turnOn')}
          </Button>
          <Button isBusy={isBusy} onClick={() => void rotate()}>
            {t('rotate')}
          </Button>
          <Button kind="danger" isBusy={isBusy} onClick={() => void remove()}>
            {t('remove')}
          </Button>
        </>
      }
    >
      {secret && <Secret title={t('endpointSecret')} value={secret} onDone={() => tell('')} />}
      {tested && (
        <p class={tested.isOk ? 'result good' : 'result bad'} role="status">
          {tested.text}
        </p>
      )}
      <Card
        title={t('state')}
        aside={<Chip tone={tones[endpoint.state] ?? 'off'}>{t(`endpoint_${endpoint.state}`)}</Chip>}
      >
        <p class="quiet">{t(`endpoint_${endpoint.state}_lead`)}</p>
        <dl class="facts">
          <div>
            <dt>{t('address')}</dt>
            <dd>
              <code dir="ltr">{endpoint.url}</code>
            </dd>
          </div>
          <div>
            <dt>{t('told')}</dt>
            <dd>
              {endpoint.events.length
                ? endpoint.events.map((type) => t(`type_${type}`)).join(', ')
                : t('everything')}
            </dd>
          </div>
          {endpoint.inboxIds && (
            <div>
              <dt>{t('ofNumbers')}</dt>
              <dd dir="auto">
                {endpoint.inboxIds
                  .map((id) => admin.inbox(id))
                  .map((inbox) => (inbox ? nameOf(inbox) : '—'))
                  .join(', ')}
              </dd>
            </div>
          )}
          <div>
            <dt>{t('lastOk')}</dt>
            <dd>
              <When at={endpoint.lastOkAt} />
            </dd>
          </div>
          {endpoint.pausedUntil > Date.now() && (
            <div>
              <dt>{t('pausedUntil')}</dt>
              <dd>{clockTime(endpoint.pausedUntil)}</dd>
            </div>
          )}
        </dl>
      </Card>
      <Deliveries endpoint={endpoint} onChanged={onChanged} />
    </Page>
  );
}
