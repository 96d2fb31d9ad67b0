import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { useRoom } from '../shell.ts';
import { Sheet } from './sheet.tsx';

/** As many as WhatsApp takes. */
const mostOptions = 12;

/** A new poll: a question, its options (a further field comes with the last one filled), one answer or several. */
export function PollSheet(props: { chatId: number; onSent: () => void; onClose: () => void }): JSX.Element {
  const { model } = useRoom();
  const form = useRef<HTMLDivElement>(null);
  const question = useSignal('');
  const fields = useSignal<readonly string[]>(['', '']);
  const several = useSignal(false);
  const isTold = useSignal(false);
  const options = fields.value.map((one) => one.trim()).filter(Boolean);
  const isTwice = new Set(options).size < options.length;
  const trouble = !question.value.trim()
    ? t('pollNoQuestion')
    : isTwice
      ? t('pollTwice')
      : options.length < 2
        ? t('pollFew')
        : '';
  const write = (index: number, text: string): void => {
    const next = fields.value.with(index, text);
    if (next.at(-1)?.trim() && next.length < mostOptions) next.push('');
    fields.value = next;
  };
  const send = (): void => {
    isTold.value = true;
    if (trouble) return;
    const poll = { question: question.value.trim(), options, several: several.value };
    model.send(props.chatId, '', { poll });
    props.onSent();
    props.onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    const inputs = Array.from(form.current!.querySelectorAll<HTMLInputElement>('input:not([type=checkbox])'));
    const next = inputs[inputs.indexOf(event.target as HTMLInputElement) + 1];
    // In the last field, or the first empty one after two, Enter has nowhere further to go.
    if (!next || (!(event.target as HTMLInputElement).value.trim() && options.length > 1)) send();
    else next.focus();
  };
  return (
    <Sheet
      title={t('pollNew')}
      onClose={props.onClose}
      isOfComposer
      footer={
        <>
          <button type="button" class="plain" onClick={props.onClose}>
            {t('cancel')}
          </button>
          <button type="button" class="primary" aria-disabled={Boolean(trouble)} onClick={send}>
            <Icon name="send" size={18} flip /> {t('send')}
          </button>
        </>
      }
    >
      <div ref={form} class="poll-form" onKeyDown={onKeyDown}>
        <input
          type="text"
          data-first
          dir="auto"
          maxLength={255}
          value={question.value}
          aria-label={t('pollQuestion')}
          placeholder={t('pollQuestion')}
          onInput={(event) => (question.value = event.currentTarget.value)}
        />
        {fields.value.map((text, index) => (
          <input
            key={index}
            type="text"
            dir="auto"
            maxLength={100}
            value={text}
            aria-label={t('pollOption', { n: index + 1 })}
            placeholder={t('pollOption', { n: index + 1 })}
            onInput={(event) => write(index, event.currentTarget.value)}
          />
        ))}
        <label class="choice-row">
          <span class="grow">{t('pollMany')}</span>
          <input
            type="checkbox"
            checked={several.value}
            onChange={(event) => (several.value = event.currentTarget.checked)}
          />
        </label>
        {isTold.value && trouble && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
      </div>
    </Sheet>
  );
}
