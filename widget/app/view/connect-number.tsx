import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t, tCode } from '../text/text.ts';
import { useRoom } from './shell.ts';

/** Another number: it is named, then linked. */
export function ConnectNumber({ onDone }: { onDone: () => void }): JSX.Element {
  const { model } = useRoom();
  const name = useRef<HTMLInputElement>(null);
  const trouble = useSignal('');
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const failed = await model.connectNumber(name.current!.value.trim() || 'WhatsApp');
    if (failed) trouble.value = tCode('problem_', failed);
    else onDone();
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <h3>{t('connectNumber')}</h3>
      <label class="field">
        <span>{t('connectName')}</span>
        <input ref={name} maxLength={80} placeholder={t('connectNameHint')} dir="auto" />
      </label>
      <p class="trouble" role="alert">
        {trouble.value}
      </p>
      <div class="row-end">
        <button type="button" class="plain" onClick={onDone}>
          {t('cancel')}
        </button>
        <button type="submit" class="primary">
          {t('connect')}
        </button>
      </div>
    </form>
  );
}
