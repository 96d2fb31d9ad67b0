import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { isEmbedKey, isMadeSecret, listOf, one, type EmbedKey } from '../read.ts';
import { t } from '../text/text.ts';
import { ApiKeys } from './api-keys.tsx';
import { Button, Card, Chip, Field, Of, Page, Secret, When } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

/** Keys of other programs: those that call the API, and those with which a CRM vouches for its users. */
export function Keys(): JSX.Element {
  return (
    <Page title={t('keys')} lead={t('keysLead')}>
      <ApiKeys />
      <EmbedKeys />
    </Page>
  );
}

function EmbedKeys(): JSX.Element {
  const admin = useAdmin();
  const keys = useLoaded(async () => listOf(await admin.http.get('/organisation/embed-keys'), isEmbedKey));
  const [isAdding, add] = useState(false);
  const [secret, tell] = useState('');
  const { isBusy, run } = useDeed();
  const name = useRef<HTMLInputElement>(null);
  const issuer = useRef<HTMLInputElement>(null);
  const makesAgents = useRef<HTMLInputElement>(null);
  const create = async (): Promise<void> => {
    const isDone = await run(async () => {
      const body = {
        name: name.current!.value.trim() || 'CRM',
        issuer: issuer.current!.value.trim() || 'crm',
        makesAgents: makesAgents.current!.checked,
      };
      tell(one(await admin.http.post('/organisation/embed-keys', body), isMadeSecret).secret);
    });
    if (isDone) add(false);
    await keys.again();
  };
  const rotate = async (key: EmbedKey): Promise<void> => {
    const isSure = await admin.ask({
      title: t('rotateTitle', { name: key.name }),
      lead: t('rotateLead'),
      deed: t('rotate'),
    });
    if (!isSure) return;
    await run(async () => {
      const made = await admin.http.post(`/organisation/embed-keys/${key.id}/rotate`);
      tell(one(made, isMadeSecret).secret);
    });
    await keys.again();
  };
  const revoke = async (key: EmbedKey): Promise<void> => {
    const isSure = await admin.ask({
      title: t('revokeTitle', { name: key.name }),
      lead: t('revokeEmbedLead'),
      deed: t('revoke'),
      word: key.name,
    });
    if (!isSure) return;
    await run(async () => {
      await admin.http.ask('DELETE', `/organisation/embed-keys/${key.id}`);
      admin.say(t('revoked'));
    });
    await keys.again();
  };
  return (
    <Card
      title={t('embedKeys')}
      lead={t('embedKeysLead')}
      aside={
        <Button icon="plus" onClick={() => add(!isAdding)}>
          {t('newKey')}
        </Button>
      }
    >
      {secret && <Secret title={t('embedSecret')} value={secret} onDone={() => tell('')} />}
      {isAdding && (
        <form
          class="form inside"
          onSubmit={(event) => {
            event.preventDefault();
            void create();
          }}
        >
          <Field label={t('name')}>
            <input ref={name} maxLength={80} placeholder="CRM" autoComplete="off" />
          </Field>
          <Field label={t('issuer')} hint={t('issuerHint')}>
            <input ref={issuer} maxLength={200} placeholder="crm" dir="ltr" autoComplete="off" />
          </Field>
          <label class="tick-line wide">
            <input ref={makesAgents} type="checkbox" />
            <span>{t('makesAgents')}</span>
          </label>
          <div class="row-end wide">
            <Button onClick={() => add(false)}>{t('cancel')}</Button>
            <Button kind="primary" type="submit" isBusy={isBusy}>
              {t('create')}
            </Button>
          </div>
        </form>
      )}
      <Of from={keys}>
        {(list) =>
          list.length === 0 ? (
            <p class="quiet">{t('embedKeysNone')}</p>
          ) : (
            <ul class="lines">
              {list.map((key) => (
                <li key={key.id}>
                  <div class="grow">
                    <b dir="auto">{key.name}</b> <code dir="ltr">{key.kid}</code>
                    {key.endsAt > 0 && (
                      <Chip tone="busy">
                        {t('endsAt')} <When at={key.endsAt} />
                      </Chip>
                    )}
                    <div class="quiet">
                      <span dir="ltr">{`${key.algorithm} · ${key.issuer}`}</span> · {t('lastUsed')}{' '}
                      <When at={key.lastUsedAt} />
                    </div>
                  </div>
                  <div class="row-deeds">
                    {key.algorithm === 'HS256' && key.endsAt === 0 && (
                      <Button
                        kind="quiet"
                        label={`${t('rotate')}: ${key.name}`}
                        onClick={() => void rotate(key)}
                      >
                        {t('rotate')}
                      </Button>
                    )}
                    <Button
                      kind="danger"
                      label={`${t('revoke')}: ${key.name}`}
                      onClick={() => void revoke(key)}
                    >
                      {t('revoke')}
                    </Button>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Of>
    </Card>
  );
}
