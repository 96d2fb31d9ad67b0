import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { isSeenAgent, listOf, type SeenAgent } from '../read.ts';
import { t, tCode, type TextKey } from '../text/text.ts';
import { now } from '../text/when.ts';
import { codeOf, detailOf } from '../admin.ts';
import { Invitations } from './invitations.tsx';
import { Button, Card, Chip, Field, initials, Of, Page, FormTrouble, When } from './parts.tsx';
import { RoleOptions } from './roles.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';
import { AgentFactor, SignIns } from './sign-ins.tsx';

/** Whoever has the chat or this page open gives a sign of life at least so often, ms. */
const onlineMs = 150_000;

/** The people of the Organisation: who they are, what they may, where they are signed in, who is there. */
export function People(): JSX.Element {
  const admin = useAdmin();
  const people = useLoaded(async () => listOf(await admin.http.get('/agents'), isSeenAgent), `${now.value}`);
  const [isAdding, add] = useState<'' | 'invitation' | 'person'>('');
  const toggle = (what: 'invitation' | 'person') => (): void => add(isAdding === what ? '' : what);
  return (
    <Page
      title={t('people')}
      lead={t('peopleLead')}
      aside={
        <>
          <Button isOpen={isAdding === 'person'} onClick={toggle('person')}>
            {t('addPerson')}
          </Button>
          <Button
            kind="primary"
            icon="plus"
            isOpen={isAdding === 'invitation'}
            onClick={toggle('invitation')}
          >
            {t('inviteNew')}
          </Button>
        </>
      }
    >
      {isAdding === 'person' && (
        <NewPerson
          onDone={(isMade) => {
            add('');
            if (isMade) void people.again();
          }}
        />
      )}
      <Invitations isInviting={isAdding === 'invitation'} onDone={() => add('')} />
      <Of from={people}>
        {(list) => (
          <ul class="card flush rows">
            {list.map((agent) => (
              <Person key={agent.id} agent={agent} onChanged={() => void people.again()} />
            ))}
          </ul>
        )}
      </Of>
    </Page>
  );
}

function Person({ agent, onChanged }: { agent: SeenAgent; onChanged: () => void }): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const [isOpen, open] = useState(false);
  const isMe = admin.me.value?.agent.id === agent.id;
  const change = async (body: object, said: string): Promise<void> => {
    await run(async () => {
      await admin.http.ask('PATCH', `/agents/${agent.id}`, body);
      admin.say(said);
    });
    onChanged();
  };
  const chooseRole = async (role: string): Promise<void> => {
    const isSure = await admin.ask({
      title: t('roleTitle', { name: agent.name }),
      lead: t('roleLead', { role: t(`role_${role}` as TextKey) }),
      deed: t('change'),
    });
    if (isSure) await change({ role }, t('saved'));
    else onChanged();
  };
  const toggle = async (): Promise<void> => {
    if (agent.disabled) return change({ disabled: false }, t('enabledNow', { name: agent.name }));
    const isSure = await admin.ask({
      title: t('disableTitle', { name: agent.name }),
      lead: t('disableLead'),
      deed: t('disable'),
    });
    if (isSure) await change({ disabled: true }, t('disabledNow', { name: agent.name }));
  };
  return (
    <li class={agent.disabled ? 'row is-off' : 'row'}>
      <span class={`avatar hue${(agent.id * 5) % 8}`} aria-hidden="true">
        {initials(agent.name)}
      </span>
      <div class="grow">
        <b dir="auto">{agent.name}</b> {isMe && <small class="quiet">({t('you')})</small>}{' '}
        {agent.disabled && <Chip tone="off">{t('isDisabled')}</Chip>}
        {now.value - agent.lastSeenAt < onlineMs && <Chip tone="good">{t('isOnline')}</Chip>}
        <div class="quiet ellipsis">
          <bdi dir="ltr">{agent.email}</bdi>
          {agent.lastSeenAt > 0 && now.value - agent.lastSeenAt >= onlineMs && (
            <>
              {' · '}
              {t('lastSeen')} <When at={agent.lastSeenAt} />
            </>
          )}
        </div>
      </div>
      <div class="row-deeds">
        <select
          aria-label={t('roleOf', { name: agent.name })}
          title={isMe ? t('ownRole') : undefined}
          value={agent.role}
          disabled={isMe}
          onChange={(event) => void chooseRole(event.currentTarget.value)}
        >
          <RoleOptions />
        </select>
        {!agent.disabled && (
          <Button isOpen={isOpen} onClick={() => open(!isOpen)} label={`${t('security')}: ${agent.name}`}>
            {t('security')}
          </Button>
        )}
        {!isMe && (
          <Button
            isBusy={isBusy}
            onClick={() => void toggle()}
            label={`${t(agent.disabled ? 'enable' : 'disable')}: ${agent.name}`}
          >
            {t(agent.disabled ? 'enable' : 'disable')}
          </Button>
        )}
      </div>
      {isOpen && (
        <div class="inside">
          {!isMe && <AgentFactor agent={agent} />}
          <h3>{t('signIns')}</h3>
          <SignIns agent={agent} isMe={isMe} />
        </div>
      )}
    </li>
  );
}

/** A person made at once, with a first password to hand over. */
function NewPerson({ onDone }: { onDone: (isMade: boolean) => void }): JSX.Element {
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
      const fields = Object.fromEntries(new FormData(form.current!)) as Record<string, string>;
      await admin.http.post('/agents', fields);
      admin.say(t('personAdded', { name: fields['name'] ?? '' }));
      onDone(true);
    } catch (error) {
      setTrouble(`${tCode('problem_', codeOf(error))} ${detailOf(error)}`.trim());
      setBusy(false);
    }
  };
  return (
    <Card title={t('addPerson')} lead={t('addPersonLead')}>
      <form ref={form} class="form" onSubmit={(event) => void submit(event)}>
        <Field label={t('personName')}>
          <input name="name" required maxLength={120} autoComplete="off" />
        </Field>
        <Field label={t('email')}>
          <input name="email" type="email" required autoComplete="off" dir="ltr" />
        </Field>
        <Field label={t('role')}>
          <select name="role">
            <RoleOptions />
          </select>
        </Field>
        <Field label={t('firstPassword')} hint={t('firstPasswordHint')}>
          <input name="password" type="password" required autoComplete="new-password" dir="ltr" />
        </Field>
        <FormTrouble text={trouble} />
        <div class="row-end wide">
          <Button onClick={() => onDone(false)}>{t('cancel')}</Button>
          <Button kind="primary" type="submit" isBusy={isBusy}>
            {t('add')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
