import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../text/text.ts';
import { Icon } from './icon.tsx';
import { useRoom } from './shell.ts';

const tallest = 132;

/** Enter sends, Shift+Enter breaks the line; while an input method composes, Enter is the input method's. */
export function Composer(props: { chatId: number; maxLength: number; onSent: () => void }): JSX.Element {
  const { model, shell } = useRoom();
  const field = useRef<HTMLTextAreaElement>(null);
  const text = model.drafts.value.get(props.chatId) ?? '';
  // The chat may be joined into another one while somebody types: a text added below leaves the cursor alone.
  const { selectionStart: from = 0, selectionEnd: to = 0 } = field.current ?? {};
  useLayoutEffect(() => field.current?.setSelectionRange(from, to), [props.chatId]);
  useLayoutEffect(() => {
    const area = field.current!;
    area.style.height = 'auto';
    area.style.height = `${Math.min(tallest, area.scrollHeight)}px`;
    area.style.overflowY = area.scrollHeight > tallest ? 'auto' : 'hidden';
  }, [text]);
  useLayoutEffect(() => {
    if (shell.isShown.value && matchMedia('(hover: hover)').matches) field.current?.focus();
  }, [shell.isShown.value]);
  const send = (): void => {
    if (!text.trim()) return;
    model.send(props.chatId, text);
    props.onSent();
    field.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        value={text}
        maxLength={props.maxLength}
        aria-label={t('composer')}
        placeholder={t('composerHint')}

        onInput={(event) => model.setDraft(props.chatId, event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
          event.preventDefault();
          send();
        }}
      />
      <button
        type="submit"
        class="send"
        aria-label={t('send')}
        title={t('send')}
        aria-disabled={!text.trim()}
      >
        <Icon name="send" size={22} flip />
      </button>
    </form>
  );
}
