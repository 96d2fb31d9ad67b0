import type { JSX } from 'preact';
import type { ApiKeyView, ApiScope } from '../../../server/contract/access.ts';
import { isEmbedKey, isMadeSecret, one, reader, type EmbedKey } from '../read.ts';
import { t } from '../text/text.ts';
import { InboxChoice, inboxIdsOf } from './inbox-choice.tsx';
import { KeyList, type KeyKind } from './key-list.tsx';
import { Chip, Field, Page, When } from './parts.tsx';
import { useAdmin } from './room.ts';
import { nameOf } from './session-words.ts';

const scopes: readonly ApiScope[] = [
  'messages:read',
  'messages:send',
  'inboxes:connect',
  'webhooks:manage',
  'audit:read',
];
const dayMs = 86_400_000;
const lives = ['0', '30', '90', '365'] as const;
const isApiKey = reader<ApiKeyView>({
  id: 'number',
  name: 'string',
  masked: 'string',
  scopes: 'object',
  lastUsedAt: 'number',
  expiresAt: 'number',
  revokedAt: 'number',
});
const isMade = reader<{ key: string }>({ key: 'string' });

/** Keys of other programs: those that call the API, and those with which a CRM vouches for its users. */
export function Keys(): JSX.Element {
  return (
    <Page title={t('keys')} lead={t('keysLead')}>
      <KeyList {...apiKeys()} />
      <KeyList {...embedKeys()} />
    </Page>
  );
}

function Used({ at }: { at: number }): JSX.Element {
  return at === 0 ? (
    <>{t('neverUsed')}</>
  ) : (
    <>
      {t('usedAt')} <When at={at} />
    </>
  );
}

function Numbers({ ids }: { ids: number[] | null }): JSX.Element | null {
  const admin = useAdmin();
  if (!ids) return null;
  const names = ids.map((id) => {
    const inbox = admin.inbox(id);
    return inbox ? nameOf(inbox) : `#${id}`;
  });
  return <div dir="auto">{names.join(', ')}</div>;
}

function apiKeys(): KeyKind<ApiKeyView> {
  return {
    path: '/api-keys',
    isKey: isApiKey,
    title: t('apiKeys'),
    lead: t('apiKeysLead'),
    none: t('apiKeysNone'),
    secretTitle: t('apiKey'),
    revokeLead: t('revokeApiLead'),
    secretIn: (answer) => one(answer, isMade).key,
    isGood: ({ revokedAt, expiresAt }) => revokedAt === 0 && (expiresAt === 0 || expiresAt > Date.now()),
    mayRotate: () => false,
    body: (data) => {
      const chosen = data.getAll('scopes');
      const inboxIds = inboxIdsOf(data);
      if (chosen.length === 0 || inboxIds?.length === 0) return t('scopesNone');
      const days = Number(data.get('days'));
      return {
        name: String(data.get('name')).trim(),
        scopes: chosen,
        inboxIds,
        expiresAt: days ? Date.now() + days * dayMs : 0,
      };
    },
    fields: () => (
      <>
        <Field label={t('name')}>
          <input name="name" required maxLength={80} autoComplete="off" />
        </Field>
        <Field label={t('expiry')}>
          <select name="days">
            {lives.map((days) => (
              <option key={days} value={days}>
                {t(`expiry_${days}`)}
              </option>
            ))}
          </select>
        </Field>
        <fieldset class="boxes wide">
          <legend>{t('scopes')}</legend>
          {scopes.map((scope) => (
            <label class="tick-line" key={scope}>
              <input type="checkbox" name="scopes" value={scope} defaultChecked={scope === 'messages:read'} />
              <span>{t(`scope_${scope}`)}</span>
            </label>
          ))}
        </fieldset>
        <InboxChoice />
      </>
    ),
    row: (key) => (
      <>
        <b dir="auto">{key.name}</b> <code dir="ltr">{key.masked}</code>{' '}
        {key.revokedAt > 0 && (
          <Chip tone="off">
            {t('ended')} <When at={key.revokedAt} />
          </Chip>
        )}
        <div class="quiet">
          {key.scopes.map((scope) => (scopes.includes(scope) ? t(`scope_${scope}`) : scope)).join(', ')}
          <Numbers ids={key.inboxIds} />
          <div>
            <Used at={key.lastUsedAt} />
            {key.expiresAt > 0 && (
              <>
                {' · '}
                {t('endsOn')} <When at={key.expiresAt} />
              </>
            )}
          </div>
        </div>
      </>
    ),
  };
}

function embedKeys(): KeyKind<EmbedKey> {
  return {
    path: '/organisation/embed-keys',
    isKey: isEmbedKey,
    title: t('embedKeys'),
    lead: t('embedKeysLead'),
    none: t('embedKeysNone'),
    secretTitle: t('embedSecret'),
    revokeLead: t('revokeEmbedLead'),
    secretIn: (answer) => one(answer, isMadeSecret).secret,
    isGood: () => true,
    mayRotate: (key) => key.algorithm === 'HS256' && key.endsAt === 0,
    body: (data) => ({
      name: String(data.get('name')).trim() || 'CRM',
      issuer: String(data.get('issuer')).trim() || 'crm',
      makesAgents: data.has('makesAgents'),
    }),
    fields: () => (
      <>
        <Field label={t('name')}>
          <input name="name" maxLength={80} placeholder="CRM" autoComplete="off" />
        </Field>
        <Field label={t('issuer')} hint={t('issuerHint')}>
          <input name="issuer" maxLength={200} placeholder="crm" dir="ltr" autoComplete="off" />
        </Field>
        <label class="tick-line wide">
          <input name="makesAgents" type="checkbox" />
          <span>{t('makesAgents')}</span>
        </label>
      </>
    ),
    row: (key) => (
      <>
        <b dir="auto">{key.name}</b> <code dir="ltr">{key.kid}</code>{' '}
        {key.endsAt > 0 && (
          <Chip tone="busy">
            {t('endsAt')} <When at={key.endsAt} />
          </Chip>
        )}
        <div class="quiet">
          <span dir="ltr">{`${key.algorithm} · ${key.issuer}`}</span> · <Used at={key.lastUsedAt} />
        </div>
      </>
    ),
  };
}
