import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { labelColours, type LabelColour } from '../../../../../server/contract/label-colours.ts';
import type { Label } from '../../../model/work.ts';
import { t, type TextKey } from '../../../text/text.ts';

/** A label's name and colour: a new one, or the change of one. `onSave` resolves to whether it was kept. */
export function LabelForm(props: {
  label?: Label;
  onSave: (change: { name: string; colour: LabelColour }) => Promise<boolean>;
  onCancel?: () => void;
}): JSX.Element {
  const { label } = props;
  const name = useSignal(label?.name ?? '');
  const colour = useSignal<LabelColour>(label?.colour ?? 'green');
  const isReady = name.value.trim() !== '';
  return (
    <form
      class="manage-new"
      onSubmit={async (event) => {
        event.preventDefault();
        if (!isReady) return;
        const isKept = await props.onSave({ name: name.value.trim(), colour: colour.value });
        if (isKept && !label) name.value = '';
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !props.onCancel) return;
        event.stopPropagation();
        props.onCancel();
      }}
    >
      <input
        {...(label ? { ref: focusAtEnd } : { 'data-first': true })}
        value={name.value}
        maxLength={40}
        dir="auto"
        aria-label={t(label ? 'labelRename' : 'labelName')}
        placeholder={t('labelName')}
        onInput={(event) => (name.value = event.currentTarget.value)}
      />
      <div class="colours" role="radiogroup" aria-label={t('labelColour')}>
        {labelColours.map((one) => (
          <label key={one} class={`colour label-dot ${one}`} title={t(`colour_${one}` as TextKey)}>
            <input
              type="radio"
              name={`colour-${label?.id ?? 'new'}`}
              class="unseen"
              checked={colour.value === one}
              aria-label={t(`colour_${one}` as TextKey)}
              onChange={() => (colour.value = one)}
            />
          </label>
        ))}
      </div>
      <div class="manage-acts">
        {name.value.trim() && (
          <span class={`label ${colour.value}`} aria-hidden="true">
            <bdi class="ellipsis">{name.value}</bdi>
          </span>
        )}
        <span class="grow" />
        {props.onCancel && (
          <button type="button" class="plain" onClick={props.onCancel}>
            {t('cancel')}
          </button>
        )}
        <button type="submit" class="primary" aria-disabled={!isReady}>
          {t(label ? 'save' : 'add')}
        </button>
      </div>
    </form>
  );
}

/** What is changed is gone to when it appears, and only then. */
export function focusAtEnd(field: HTMLInputElement | HTMLTextAreaElement | null): void {
  if (!field || field.dataset['seen']) return;
  field.dataset['seen'] = '';
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}
