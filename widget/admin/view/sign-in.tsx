import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { codeOf } from '../admin.ts';
import { t, tCode } from '../text/text.ts';
import { LanguageChoice } from './language.tsx';
import { Button, Field } from './parts.tsx';
import { useAdmin } from './room.ts';

export function SignIn(): JSX.Element {
  const admin = useAdmin();
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);
  const code = useRef<HTMLInputElement>(null);
  const [needsCode, askCode] = useState(false);
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    document.title = `${t('signIn')} · Chatdock`;
    email.current?.focus();
  }, []);
  useEffect(() => {
    if (needsCode) code.current?.focus();
  }, [needsCode]);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setTrouble('');
    try {
      await admin.signIn(email.current!.value.trim(), password.current!.value, code.current?.value.trim());
    } catch (error) {
      const problem = codeOf(error);
      if (problem === 'code-required') askCode(true);
      else {
        // The password was right before the code was asked for.
        const isCode = needsCode && problem === 'wrong-credentials';
        setTrouble(isCode ? t('codeWrong') : tCode('problem_', problem));
        (code.current ?? password.current)?.select();
      }
    }
    setBusy(false);
  };
  return (
    <main class="whole">
      <form class="card sign-in" onSubmit={(event) => void submit(event)} noValidate>
        <span class="mark large" aria-hidden="true" />
        <h1>{t('signInTitle')}</h1>
        <p class="quiet">{t('signInLead')}</p>
        <Field label={t('email')}>
          <input ref={email} type="email" name="email" autoComplete="username" dir="ltr" />
        </Field>
        <Field label={t('password')}>
          <input ref={password} type="password" name="password" autoComplete="current-password" dir="ltr" />
        </Field>
        {needsCode && (
          <Field label={t('secondFactor')} hint={t('codeHint')}>
            <input
              ref={code}
              name="code"
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellcheck={false}
              maxLength={20}
              dir="ltr"
            />
          </Field>
        )}
        <p class="trouble" role="alert">
          {trouble}
        </p>
        <Button kind="primary" type="submit" isBusy={isBusy}>
          {t('signIn')}
        </Button>
        <LanguageChoice />
      </form>
    </main>
  );
}
