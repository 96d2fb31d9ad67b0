import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Endpoint } from '../../../server/contract/outgoing.ts';
import { codeOf, detailOf } from '../admin.ts';
import { isEndpoint, isMadeSecret, listOf, one } from '../read.ts';
import { t, tCode, type TextKey } from '../text/text.ts';
import { Icon } from './icon.tsx';
import { InboxChoice, inboxIdsOf } from './inbox-choice.tsx';
import { Button, Card, Chip, Empty, Field, Of, Page, Secret, When, FormTrouble } from './parts.tsx';
import { RemoteServer } from './remote-server.tsx';
import { useAdmin, useLoaded } from './room.ts';
import { hostOf, tones, Webhook } from './webhook.tsx';

/** What a server can be told of; the closed list of the contract. */
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
  'inbox.removed',
  'inbox.restored',
] as const;

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
  if (chosen) return <Webhook key={chosen.id} endpoint={chosen} onChanged={endpoints.again} />;
  return (
    <Page
      title={t('webhooks')}
      lead={t('webhooksLead')}
      aside={
        <Button kind="primary" icon="plus" isOpen={isAdding} onClick={() => add(!isAdding)}>
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
      <RemoteServer />
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
        <Icon name="next" size={18} flip />
      </a>
      <div class="tile-state">
        <Chip tone={tones[state] ?? 'off'}>{t(`endpoint_${state}` as TextKey)}</Chip>
        {waiting > 0 && <span class="quiet">{t('waitingCount', { n: waiting })}</span>}
        {dead > 0 && <span class="bad">{t('deadCount', { n: dead })}</span>}
      </div>
      <small class="quiet engine">
        {t('lastOk')}: <When at={lastOkAt} />
      </small>
    </li>
  );
}

function NewEndpoint({ onDone }: { onDone: (secret?: string) => void }): JSX.Element {
  const admin = useAdmin();
  const form = useRef<HTMLFormElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const [isSome, some] = useState(false);
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
        inboxIds: inboxIdsOf(data),
      };
      if ((isSome && body.events.length === 0) || body.inboxIds?.length === 0) {
        setBusy(false);
        return setTrouble(t('scopesNone'));
      }
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
          <div class="either">
            {[false, true].map((one) => (
              <label class="tick-line" key={`${one}`}>
                <input type="radio" name="told" checked={isSome === one} onChange={() => some(one)} />
                <span>{t(one ? 'onlyThese' : 'everything')}</span>
              </label>
            ))}
          </div>
          {isSome &&
            types.map((type) => (
              <label class="tick-line sub" key={type}>
                <input type="checkbox" name="events" value={type} />
                <span>{t(`type_${type}`)}</span>
              </label>
            ))}
        </fieldset>
        <InboxChoice />
        <FormTrouble text={trouble} />
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
