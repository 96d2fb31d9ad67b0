import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { codeOf, detailOf } from '../admin.ts';
import { t, tCode } from '../text/text.ts';
import { LanguageChoice } from './language.tsx';
import { Button, Card, Facts, Field, Page, FormTrouble } from './parts.tsx';
import { useAdmin, useDeed } from './room.ts';
import { SecondFactor } from './second-factor.tsx';
import { SignIns } from './sign-ins.tsx';

/** What everybody sees and changes of themselves: password, second factor, where they are signed in. */
export function Account(): JSX.Element | null {
  const { me } = useAdmin();
  if (!me.value) return null;
  const { agent } = me.value;
  return (
    <Page title={t('account')} lead={t('accountLead')}>
      <Card>
        <Facts
          list={[
            [t('personName'), <b key="name">{agent.name}</b>],
            [
              t('email'),
              <span key="email" dir="ltr">
                {agent.email}
              </span>,
            ],
            [t('role'), t(`role_${agent.role}`)],
            [t('language'), <LanguageChoice key="language" />],
          ]}
        />
      </Card>
      <SecondFactor />
      <Password />
      <Card title={t('signIns')}>
        <SignIns agent={agent} isMe />
      </Card>
    </Page>
  );
}

function Password(): JSX.Element {
  const admin = useAdmin();
  const form = useRef<HTMLFormElement>(null);
  const { isBusy, run } = useDeed();
  const [trouble, setTrouble] = useState('');
  const change = (): Promise<boolean> =>
    run(async () => {
      setTrouble('');
      try {
        const { current, next } = Object.fromEntries(new FormData(form.current!)) as Record<string, string>;
        await admin.changePassword(current ?? '', next ?? '');
        form.current!.reset();
        admin.say(t('passwordChanged'));
      } catch (error) {
        const code = codeOf(error);
        setTrouble(
          code === 'wrong-credentials'
            ? t('passwordWrong')
            : `${tCode('problem_', code)} ${detailOf(error)}`.trim(),
        );
      }
    });
  return (
    <Card title={t('changePassword')} lead={t('changePasswordLead')}>
      <form
        ref={form}
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        {/* So that password managers know whose it is. */}
        <input
          class="unseen"
          type="email"
          autoComplete="username"
          value={admin.me.value?.agent.email}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <Field label={t('currentPassword')}>
          <input name="current" type="password" required autoComplete="current-password" dir="ltr" />
        </Field>
        <Field label={t('newPassword')} hint={t('firstPasswordHint')}>
          <input name="next" type="password" required autoComplete="new-password" dir="ltr" />
        </Field>
        <FormTrouble text={trouble} />
        <div class="row-end wide">
          <Button type="submit" isBusy={isBusy}>
            {t('changePassword')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
