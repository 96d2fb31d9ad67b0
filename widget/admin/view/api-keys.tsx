import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { ApiKeyView, ApiScope } from '../../../server/contract/access.ts';
import { listOf, one, reader } from '../read.ts';
import { t } from '../text/text.ts';
import { Button, Card, Chip, Field, Of, Secret, When } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

const scopes: readonly ApiScope[] = [
  'messages:read',
  'messages:send',
  'inboxes:connect',
  'webhooks:manage',
  'audit:read',
];
const dayMs = 86_400_000;
const isKey = reader<ApiKeyView>({
  id: 'number',
  name: 'string',
  masked: 'string',
  scopes: 'object',
  lastUsedAt: 'number',
  expiresAt: 'number',
  revokedAt: 'number',
});
const isMade = reader<{ key: string }>({ key: 'string' });

/** Keys of the organisation's own programs: made for what they may, shown once, taken away at once. */
export function ApiKeys(): JSX.Element {
  const admin = useAdmin();
  const keys = useLoaded(async () => listOf(await admin.http.get('/api-keys'), isKey));
  const [isAdding, add] = useState(false);
  const [secret, tell] = useState('');
  const revoke = async (key: ApiKeyView): Promise<void> => {
    const isSure = await admin.ask({
      title: t('revokeTitle', { name: key.name }),
      lead: t('revokeApiLead'),
      deed: t('revoke'),
      word: key.name,
    });
    if (!isSure) return;
    try {
      await admin.http.ask('DELETE', `/api-keys/${key.id}`);
      admin.say(t('revoked'));
    } finally {
      await keys.again();
    }
  };
  return (
    <Card
      title={t('apiKeys')}
      lead={t('apiKeysLead')}
      aside={
        <Button icon="plus" onClick={() => add(!isAdding)}>
          {t('newKey')}
        </Button>
      }
    >
      {secret && <Secret title={t('apiKey')} value={secret} onDone={() => tell('')} />}
      {isAdding && (
        <NewKey
          onDone={(made) => {
            add(false);
            if (made) tell(made);
            void keys.again();
          }}
        />
      )}
      <Of from={keys}>
        {(list) =>
          list.length === 0 ? (
            <p class="quiet">{t('apiKeysNone')}</p>
          ) : (
            <ul class="lines">
              {list.map((key) => (
                <li key={key.id}>
                  <div class="grow">
                    <b dir="auto">{key.name}</b> <code dir="ltr">{key.masked}</code>{' '}
                    {key.revokedAt > 0 && (
                      <Chip tone="off">
                        {t('ended')} <When at={key.revokedAt} />
                      </Chip>
                    )}
                    <div class="quiet">
                      {key.scopes
                        .map((scope) => (scopes.includes(scope) ? t(`scope_${scope}`) : scope))
                        .join(', ')}
                      {' · '}
                      {t('lastUsed')} <When at={key.lastUsedAt} />
                      {key.expiresAt > 0 && (
                        <>
                          {' · '}
                          {t('endsAt')} <When at={key.expiresAt} />
                        </>
                      )}
                    </div>
                  </div>
                  {key.revokedAt === 0 && (
                    <Button
                      kind="danger"
                      label={`${t('revoke')}: ${key.name}`}
                      onClick={() => void revoke(key)}
                    >
                      {t('revoke')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Of>
    </Card>
  );
}

function NewKey({ onDone }: { onDone: (key?: string) => void }): JSX.Element {
  const admin = useAdmin();
  const form = useRef<HTMLFormElement>(null);
  const { isBusy, run } = useDeed();
  const create = (): Promise<boolean> =>
    run(async () => {
      const data = new FormData(form.current!);
      const days = Number(data.get('days'));
      const body = {
        name: String(data.get('name')).trim(),
        scopes: data.getAll('scopes'),
        expiresAt: days ? Date.now() + days * dayMs : 0,
      };
      onDone(one(await admin.http.post('/api-keys', body), isMade).key);
    });
  return (
    <form
      ref={form}
      class="form inside"
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <Field label={t('name')}>
        <input name="name" required maxLength={80} autoComplete="off" />
      </Field>
      <Field label={t('expiry')}>
        <select name="days">
          <option value="0">{t('expiry_0')}</option>
          <option value="30">{t('expiry_30')}</option>
          <option value="90">{t('expiry_90')}</option>
          <option value="365">{t('expiry_365')}</option>
        </select>
      </Field>
      <fieldset class="boxes wide">
        <legend>{t('scopes')}</legend>
        {scopes.map((scope) => (
          <label class="tick-line" key={scope}>
            <input type="checkbox" name="scopes" value={scope} checked={scope === 'messages:read'} />
            <span>{t(`scope_${scope}`)}</span>
          </label>
        ))}
      </fieldset>
      <div class="row-end wide">
        <Button onClick={() => onDone()}>{t('cancel')}</Button>
        <Button kind="primary" type="submit" isBusy={isBusy}>
          {t('create')}
        </Button>
      </div>
    </form>
  );
}
