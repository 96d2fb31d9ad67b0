import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../text/text.ts';
import { Icon } from './icon.tsx';
import { useRoom } from './shell.ts';
import { talk } from './talk.ts';

const tallest = 132;
/** The browser makes a field as high as its text: measuring it by hand is a layout for every key. */
const growsByItself = globalThis.CSS?.supports?.('field-sizing', 'content') ?? false;

/** Enter sends, Shift+Enter breaks the line; while an input method composes, Enter is the input method's. */
export function Composer(props: { chatId: number; maxLength: number; onSent: () => void }): JSX.Element {
  const { model, shell } = useRoom();
  const { chatId } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const text = model.drafts.value.get(chatId) ?? '';
  const beside = model.talk.beside.value.get(chatId);
  const able = model.desk.value?.session.value?.capabilities;
  const parts = typeof talk.value === 'object' ? talk.value : undefined;
  // Text that was added behind what is being written (a draft of a Chat joined into this one) must not take the place.
  const held = field.current && {
    text: field.current.value,
    start: field.current.selectionStart,
    end: field.current.selectionEnd,
  };
  useLayoutEffect(() => {
    const area = field.current!;
    if (held?.text && held.text !== text && text.startsWith(held.text))
      area.setSelectionRange(held.start, held.end);
    if (growsByItself) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(tallest, area.scrollHeight)}px`;
    area.style.overflowY = area.scrollHeight > tallest ? 'auto' : 'hidden';
  }, [text]);
  useLayoutEffect(() => {
    if (shell.isShown.value && matchMedia('(hover: hover)').matches) field.current?.focus();
  }, [shell.isShown.value]);
  useLayoutEffect(() => {
    if (beside) field.current?.focus();
  }, [beside]);
  // Also with what was half written before: what has come since is seen now.
  useLayoutEffect(() => {
    if (text) model.guard.begin(chatId, model.timeline(chatId).list.peek().at(-1), model.findChat(chatId));
  }, [chatId, !text]);
  const send = (): void => {
    if (!text.trim()) return;
    const [gap] = model.work.gaps(chatId, text);
    if (gap !== undefined) {
      const at = text.indexOf(`{{${gap}}}`);
      field.current?.setSelectionRange(at, at + gap.length + 4);
      return;
    }
    const rows = model.timeline(chatId).list.peek();
    if (beside?.what !== 'edit' && !model.guard.mayGo(chatId, rows, model.me.peek()?.agent.id)) return;
    model.send(chatId, text);
    if (beside?.what !== 'edit') props.onSent();
    field.current?.focus();
  };
  const isToSend = (event: KeyboardEvent): boolean =>
    model.preferences.value.peek().enterSends ? !event.shiftKey : event.ctrlKey || event.metaKey;
  const insert = (piece: string): void => {
    const area = field.current!;
    area.setRangeText(piece, area.selectionStart, area.selectionEnd, 'end');
    model.setDraft(chatId, area.value);
    area.focus();
  };
  return (
    <div class="composer-area">
      {parts && <parts.ComposerTop chatId={chatId} field={field} />}
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {parts && able?.media && <parts.Attach chatId={chatId} field={field} onSent={props.onSent} />}
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          maxLength={props.maxLength}
          aria-label={t('composer')}
          placeholder={t('composerHint')}
          onInput={(event) => {
            model.setDraft(chatId, event.currentTarget.value);
            if (!event.currentTarget.value) model.guard.end(chatId);
            if (beside?.what !== 'edit') model.work.here.typing(chatId);
            if (able?.typing && beside?.what !== 'edit') model.talk.typing(chatId, 'typing');
          }}
          onKeyDown={(event) => {
            if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
            if (event.key === 'Escape' && beside) {
              model.talk.leaveBeside(chatId);
              event.stopPropagation();
            } else if (event.key === 'ArrowUp' && !text && parts?.editLast(model, chatId)) {
              // The last own text is in the composer now.
            } else if (event.key === 'Enter' && isToSend(event)) send();
            else return;
            event.preventDefault();
          }}
        />
        {parts && <parts.EmojiButton onInsert={insert} />}
        {parts && able?.media && !text.trim() && !beside ? (
          <parts.Record chatId={chatId} onSent={props.onSent} />
        ) : (
          <button
            type="submit"
            class="send"
            aria-label={t('send')}
            aria-keyshortcuts={model.preferences.of('enterSends').value ? 'Enter' : 'Control+Enter'}
            title={t('send')}
            aria-disabled={!text.trim()}
          >
            <Icon
              name={beside?.what === 'edit' ? 'check' : 'send'}
              size={22}
              flip={beside?.what !== 'edit'}
            />
          </button>
        )}
      </form>
    </div>
  );
}
