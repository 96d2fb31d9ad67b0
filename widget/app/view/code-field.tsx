import type { JSX, RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { t } from '../text/text.ts';

/** The second factor: six digits of the authenticator app, or a code for recovery. */
export function CodeField({ input }: { input: RefObject<HTMLInputElement | null> }): JSX.Element {
  useLayoutEffect(() => input.current?.focus(), []);
  return (
    <label class="field">
      <span>{t('secondFactor')}</span>
      <input
        ref={input}
        name="code"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellcheck={false}
        maxLength={20}
        aria-describedby="code-hint"
        required
        dir="ltr"
      />
      <small id="code-hint" class="quiet">
        {t('codeHint')}
      </small>
    </label>
  );
}
