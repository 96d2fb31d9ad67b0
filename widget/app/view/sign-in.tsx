import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t, tCode } from '../text/text.ts';
import { Icon } from './icon.tsx';
import { IconButton, Spinner } from './parts.tsx';
import { useRoom } from './shell.ts';

export function SignIn(): JSX.Element {
  const { model, shell } = useRoom();
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const isVisible = useSignal(false);
  const isBusy = useSignal(false);
  const trouble = useSignal('');
  useEffect(() => {
    if (shell.isShown.value) email.current?.focus();
  }, [shell.isShown.value]);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy.value) return;
    isBusy.value = true;
    trouble.value = '';
    const failed = await model.signIn(email.current!.value.trim(), password.current!.value);
    isBusy.value = false;
    if (!failed) return;
    trouble.value = tCode('problem_', failed);
    // The code of a second factor is written after the password, which stays.
    if (failed === 'code-required') password.current?.focus();
    else password.current?.select();
  };

  return (
    <div class="page">
      <header class="bar bare">
        <span class="grow" />
        <IconButton icon="close" label={t('close')} onClick={shell.close} />
      </header>
      <form class="sign-in" onSubmit={(event) => void submit(event)} noValidate>
        <span class="emblem">
          <Icon name="bubble" size={30} />
        </span>
        <h2>{t('signInTitle')}</h2>
        <p class="lead">{t('signInLead')}</p>
        <label class="field">
          <span>{t('email')}</span>
          <input
            ref={email}
            type="email"
            name="email"
            autoComplete="username"
            inputMode="email"
            required
            dir="ltr"
          />
        </label>
        <label class="field">
          <span>{t('password')}</span>
          <span class="with-button">
            <input
              ref={password}
              type={(isVisible.value ? 'text' : 'password') as 'password'}
              name="password"
              autoComplete="current-password"
              required
              dir="ltr"
            />
            <button
              type="button"
              class="icon-button"
              aria-label={t('showPassword')}
              aria-pressed={isVisible.value}
              onClick={() => (isVisible.value = !isVisible.value)}
            >
              <Icon name="eye" />
            </button>
          </span>
        </label>
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
        <button type="submit" class="primary wide" aria-disabled={isBusy.value}>
          {isBusy.value && <Spinner />}
          {isBusy.value ? t('signingIn') : t('signIn')}
        </button>
      </form>
    </div>
  );
}
