import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { record } from '../../app/link/decode.ts';
import { codeOf, detailOf } from '../admin.ts';
import { language, t, tCode, type TextKey } from '../text/text.ts';
import { LanguageChoice } from './language.tsx';
import { Button, Empty, Field, Of } from './parts.tsx';
import { useAdmin, useLoaded } from './room.ts';

/** Whoever was invited chooses a name and a password, and is signed in. */
export function Welcome({ rest }: { rest: string[] }): JSX.Element {
  const admin = useAdmin();
  const token = rest[0] ?? '';
  const form = useRef<HTMLFormElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [isDone, setDone] = useState(false);
  const [trouble, setTrouble] = useState('');
  const invitation = useLoaded(async () => record(await admin.http.post('/auth/invitation', { token })));
  const begin = (): void => {
    location.hash = '#/';
    void admin.begin();
  };
  useEffect(() => {
    document.title = `${t('inviteTitle')} · Chatdock`;
  }, []);
  const accept = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setTrouble('');
    try {
      const { name, password } = Object.fromEntries(new FormData(form.current!)) as Record<string, string>;
      const body = { token, name, password, locale: language.value, mode: 'cookie' };
      await admin.http.post('/auth/invitation/accept', body);
      if (invitation.value?.['role'] !== 'agent') return begin();
      setDone(true);
    } catch (error) {
      setTrouble(`${tCode('problem_', codeOf(error))} ${detailOf(error)}`.trim());
    }
    setBusy(false);
  };
  if (isDone) {
    return (
      <main class="whole">
        <section class="card sign-in">
          <h1 class="unseen">{t('inviteTitle')}</h1>
          <Empty icon="check" title={t('inviteDone')} lead={t('inviteDoneLead')}>
            <Button onClick={begin}>{t('toAccount')}</Button>
          </Empty>
        </section>
      </main>
    );
  }
  const isOver = invitation.trouble === 'not-found' || invitation.trouble === 'bad-request';
  return (
    <main class="whole">
      <form
        ref={form}
        class="card sign-in"
        onSubmit={(event) => {
          event.preventDefault();
          void accept();
        }}
      >
        <span class="mark large" aria-hidden="true" />
        <h1>{t(isOver ? 'inviteOver' : 'inviteTitle')}</h1>
        <p class="quiet">{t(isOver ? 'inviteOverLead' : 'inviteLead')}</p>
        {!isOver && (
          <Of from={invitation}>
            {(found) => (
              <>
                <p>
                  <b dir="auto">{String(found['organisation'] ?? '')}</b>
                  <br />
                  <span class="quiet" dir="ltr">
                    {String(found['email'] ?? '')}
                  </span>
                  <br />
                  {t('inviteRole', { role: t(`role_${String(found['role'])}` as TextKey) })}
                </p>
                <Field label={t('personName')}>
                  <input
                    name="name"
                    required
                    maxLength={120}
                    autoComplete="name"
                    defaultValue={String(found['name'] ?? '')}
                  />
                </Field>
                <Field label={t('password')} hint={t('firstPasswordHint')}>
                  <input name="password" type="password" required autoComplete="new-password" dir="ltr" />
                </Field>
                <p class="trouble" role="alert">
                  {trouble}
                </p>
                <Button kind="primary" type="submit" isBusy={isBusy}>
                  {t('inviteGo')}
                </Button>
              </>
            )}
          </Of>
        )}
        <LanguageChoice />
      </form>
    </main>
  );
}
