import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { CannedReply } from '../../../model/work.ts';
import { t, type TextKey } from '../../../text/text.ts';
import { focusAtEnd } from './label-form.tsx';

const variables = ['contact.name', 'contact.phone', 'crm.name', 'agent.name', 'inbox.name'];

/** A canned reply's shortcut, category and text: a new one, or the change of one. `onSave`: whether it was kept. */
export function ReplyForm(props: {
  reply?: CannedReply;
  /** Those there are, to choose from. */
  categories: readonly string[];
  /** Where a new one is put. */
  within?: string;
  onSave: (change: { shortcut: string; body: string; category: string }) => Promise<boolean>;
  onCancel?: () => void;
}): JSX.Element {
  const { reply, within = '' } = props;
  const id = useId();
  const shortcut = useSignal(reply?.shortcut ?? '');
  const body = useSignal(reply?.body ?? '');
  const category = useSignal(reply?.category ?? within);
  useEffect(() => {
    if (!reply) category.value = within;
  }, [within]);
  const area = useRef<HTMLTextAreaElement>(null);
  const isReady = shortcut.value.trim() !== '' && body.value.trim() !== '';
  const put = (name: string): void => {
    const field = area.current!;
    field.setRangeText(`{{${name}}}`, field.selectionStart, field.selectionEnd, 'end');
    body.value = field.value;
    field.focus();
  };
  return (
    <form
      class="manage-new column"
      onSubmit={async (event) => {
        event.preventDefault();
        if (!isReady) return;
        const short = shortcut.value.trim().replace(/^\//, '');
        const isKept = await props.onSave({ shortcut: short, body: body.value, category: category.value });
        // The next one is often of the same category.
        if (isKept && !reply) shortcut.value = body.value = '';
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !props.onCancel) return;
        event.stopPropagation();
        props.onCancel();
      }}
    >
      <input
        {...(reply ? { ref: focusAtEnd } : { 'data-first': true })}
        value={shortcut.value}
        maxLength={31}
        aria-label={t('shortcut')}
        placeholder={t('shortcutHint')}
        onInput={(event) => (shortcut.value = event.currentTarget.value)}
      />
      <input
        value={category.value}
        maxLength={40}
        dir="auto"
        list={id}
        aria-label={t('category')}
        placeholder={t('category')}
        onInput={(event) => (category.value = event.currentTarget.value)}
      />
      <datalist id={id}>
        {props.categories.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <textarea
        ref={area}
        rows={3}
        dir="auto"
        value={body.value}
        maxLength={4_000}
        aria-label={t('replyText')}
        placeholder={t('replyTextHint')}
        onInput={(event) => (body.value = event.currentTarget.value)}
      />
      <div class="variables" role="group" aria-label={t('variables')}>
        {variables.map((name) => (
          <button key={name} type="button" class="variable" onClick={() => put(name)}>
            {t(`variable_${name}` as TextKey)}
          </button>
        ))}
      </div>
      <div class="manage-acts">
        <span class="grow" />
        {props.onCancel && (
          <button type="button" class="plain" onClick={props.onCancel}>
            {t('cancel')}
          </button>
        )}
        <button type="submit" class="primary" aria-disabled={!isReady}>
          {t(reply ? 'save' : 'add')}
        </button>
      </div>
    </form>
  );
}
