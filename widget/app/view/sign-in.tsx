import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { loadTexts, t, tCode } from '../text/text.ts';
import type * as CodeParts from './code-field.tsx';
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
  // Few Agents have a second factor: its field comes when the server asks for the code.
  const second = useSignal<typeof CodeParts | undefined>(undefined);
  const code = useRef<HTMLInputElement>(null);
  const asked = useRef('');
  // With the form, not after it: what is typed at once must not find the focus moving.
  useLayoutEffect(() => {
    if (shell.isShown.value) email.current?.focus();
  }, [shell.isShown.value]);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy.value) return;
    isBusy.value = true;
    trouble.value = '';
    const who = [email.current!.value.trim(), password.current!.value] as const;
    const failed = await model.signIn(...who, code.current?.value.trim());
    if (failed === 'code-required' && !second.value) {
      asked.current = who.join();
      second.value = await bringCodeField();
    }
    isBusy.value = false;
    if (!failed || (failed === 'code-required' && second.value && !code.current?.value)) {
      code.current?.focus();
      return;
    }
    // With the same words the server has asked for the code before: it is the code then.
    const isCode = second.value && failed === 'wrong-credentials' && asked.current === who.join();
    trouble.value = isCode ? t('codeWrong') : tCode('problem_', failed);
    (isCode ? code : password).current?.select();
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
        {second.value && <second.value.CodeField input={code} />}
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

/** Without it the code is written after the password, as the text of `code-required` says. */
async function bringCodeField(): Promise<typeof CodeParts | undefined> {
  try {
    return (await Promise.all([import('./code-field.tsx'), loadTexts('settings')]))[0];
  } catch {
    return undefined;
  }
}
