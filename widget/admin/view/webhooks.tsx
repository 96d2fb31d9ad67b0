import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Endpoint } from '../../../server/contract/outgoing.ts';
import { record } from '../../app/link/decode.ts';
import { codeOf, detailOf } from '../admin.ts';
import { isEndpoint, isMadeSecret, listOf, one } from '../read.ts';
import { t, tCode, type TextKey } from '../text/text.ts';
import { Deliveries } from './deliveries.tsx';
import { Button, Card, Chip, Empty, Field, Of, Page, Secret, When, type Tone } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

/** What a server can be told of; the closed list of the contract, grouped by what changes together. */
const types = [
  'message.received',
  'message.sent',
  'message.failed',
  'message.ack',
  'message.edited',
  'message.revoked',
  'message.reaction',
  'message.updated',
  'message.removed',
  'session.state',
] as const;
const tones: Record<string, Tone> = { on: 'good', off: 'off', gone: 'bad', failing: 'bad' };

/** Servers of others that are told what happens. */
export function Webhooks({ rest }: { rest: string[] }): JSX.Element {
  const admin = useAdmin();
  const endpoints = useLoaded(
    async () => listOf(await admin.http.get('/organisation/endpoints'), isEndpoint),
    rest[0],
  );
  const [isAdding, add] = useState(false);
  const [secret, tell] = useState('');
  const chosen =
    rest[0] === undefined ? undefined : endpoints.value?.find(({ id }) => id === Number(rest[0]));
  if (chosen) return <One key={chosen.id} endpoint={chosen} onChanged={endpoints.again} />;
  return (
    <Page
      title={t('webhooks')}
      lead={t('webhooksLead')}
      aside={
        <Button kind="primary" icon="plus" onClick={() => add(!isAdding)}>
          {t('newEndpoint')}
        </Button>
      }
    >
      {secret && <Secret title={t('endpointSecret')} value={secret} onDone={() => tell('')} />}
      {isAdding && (
        <NewEndpoint
          onDone={(made) => {
            add(false);
            if (made) tell(made);
            void endpoints.again();
          }}
        />
      )}
      <Of from={endpoints}>
        {(list) =>
          list.length === 0 ? (
            <section class="card" aria-label={t('webhooks')}>
              <Empty icon="hook" title={t('webhooksNone')} lead={t('webhooksNoneLead')} />
            </section>
          ) : (
            <ul class="tiles">
              {list.map((endpoint) => (
                <Tile key={endpoint.id} endpoint={endpoint} />
              ))}
            </ul>
          )
        }
      </Of>
    </Page>
  );
}

function Tile({ endpoint }: { endpoint: Endpoint }): JSX.Element {
  const { id, url, description, state, waiting, dead, lastOkAt } = endpoint;
  return (
    <li class="tile">
      <a href={`#/webhooks/${id}`}>
        <span class="grow">
          <b dir="auto">{description || hostOf(url)}</b>
          <span class="quiet ellipsis" dir="ltr">
            {url}
          </span>
        </span>
      </a>
      <div class="tile-state">
        <Chip tone={tones[state] ?? 'off'}>{t(`endpoint_${state}` as TextKey)}</Chip>
        {waiting > 0 && <span class="quiet">{t('waitingCount', { n: waiting })}</span>}
        {dead > 0 && <span class="bad">{t('deadCount', { n: dead })}</span>}
      </div>
      <small class="quiet engine">
        {t('lastOk')} <When at={lastOkAt} />
      </small>
    </li>
  );
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

function NewEndpoint({ onDone }: { onDone: (secret?: string) => void }): JSX.Element {
  const admin = useAdmin();
  const form = useRef<HTMLFormElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setTrouble('');
    try {
      const data = new FormData(form.current!);
      const body = {
        url: String(data.get('url')).trim(),
        description: String(data.get('description')),
        format: String(data.get('format')),
        events: data.getAll('events'),
      };
      onDone(one(await admin.http.post('/organisation/endpoints', body), isMadeSecret).secret);
    } catch (error) {
      setTrouble(`${tCode('problem_', codeOf(error))} ${detailOf(error)}`.trim());
      setBusy(false);
    }
  };
  return (
    <Card title={t('newEndpoint')}>
      <form ref={form} class="form" onSubmit={(event) => void submit(event)} noValidate>
        <div class="wide">
          <Field label={t('address')} hint={t('addressHint')}>
            <input name="url" type="url" placeholder="https://" dir="ltr" autoComplete="off" />
          </Field>
        </div>
        <Field label={t('description')}>
          <input name="description" maxLength={200} autoComplete="off" />
        </Field>
        <Field label={t('format')}>
          <select name="format">
            <option value="chatdock">Chatdock (Standard Webhooks)</option>
            <option value="waha">WAHA</option>
          </select>
        </Field>
        <fieldset class="wide boxes">
          <legend>{t('whatIsTold')}</legend>
          {types.map((type) => (
            <label class="tick-line" key={type}>
              <input type="checkbox" name="events" value={type} />
              <span dir="ltr">{type}</span>
            </label>
          ))}
        </fieldset>
        {trouble && (
          <p class="trouble wide" role="alert">
            {trouble}
          </p>
        )}
        <div class="row-end wide">
          <Button onClick={() => onDone()}>{t('cancel')}</Button>
          <Button kind="primary" type="submit" isBusy={isBusy}>
            {t('create')}
          </Button>
        </div>
      </form>
    </Card>
  );
}

/** One server: its state, what it was told, and what was given up. */
function One({ endpoint, onChanged }: { endpoint: Endpoint; onChanged: () => Promise<void> }): JSX.Element {
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
      const status = answer['status'] ?? answer['error'] ?? '';
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
          <Button onClick={() => void turn(endpoint.state !== 'on')}>
            {t(endpoint.state === 'on' ? 'turnOff' : 'turnOn')}
          </Button>
          <Button onClick={() => void rotate()}>{t('rotate')}</Button>
          <Button kind="danger" onClick={() => void remove()}>
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
            <dd>{endpoint.events.length ? endpoint.events.join(', ') : t('everything')}</dd>
          </div>
          <div>
            <dt>{t('lastOk')}</dt>
            <dd>
              <When at={endpoint.lastOkAt} />
            </dd>
          </div>
          {endpoint.pausedUntil > Date.now() && (
            <div>
              <dt>{t('pausedUntil')}</dt>
              <dd>
                <When at={endpoint.pausedUntil} />
              </dd>
            </div>
          )}
        </dl>
      </Card>
      <Deliveries endpoint={endpoint} onChanged={onChanged} />
    </Page>
  );
}
