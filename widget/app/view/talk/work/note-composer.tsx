import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../../text/text.ts';
import { Icon } from '../../icon.tsx';
import { IconButton } from '../../parts.tsx';
import { useRoom } from '../../shell.ts';
import { ColleagueMentions } from '../mentions.tsx';

const tallest = 132;

/** Where the composer stands, for what is never sent. Enter keeps the note, the very first one after a question. */
export function NoteComposer({ chatId, onSaved }: { chatId: number; onSaved: () => void }): JSX.Element {
  const { model } = useRoom();
  const { work } = model;
  const field = useRef<HTMLTextAreaElement>(null);
  const text = work.noteDrafts.value.get(chatId) ?? '';
  /** Who writes the first one is asked whether it is one. */
  const asks = useSignal(false);
  const isEdit = work.editing.value.has(chatId);
  useLayoutEffect(() => {
    const area = field.current!;
    area.style.height = 'auto';
    area.style.height = `${Math.min(tallest, area.scrollHeight)}px`;
    area.style.overflowY = area.scrollHeight > tallest ? 'auto' : 'hidden';
  }, [text]);
  useLayoutEffect(() => {
    const area = field.current!;
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  }, [isEdit]);
  // Names in a draft of before are known as such.
  useEffect(() => void work.refresh('colleagues'), []);
  const leave = (): void => {
    if (asks.peek()) asks.value = false;
    else if (isEdit) work.leaveEdit(chatId);
    else work.setNoting(chatId, false);
  };
  const save = (): void => {
    if (!text.trim()) return;
    if (!isEdit && !asks.peek() && !model.preferences.value.peek().knowsNotes) {
      asks.value = true;
      return;
    }
    asks.value = false;
    model.preferences.set('knowsNotes', true);
    void work.saveNote(chatId);
    if (!isEdit) onSaved();
    field.current?.focus();
  };
  return (
    <div class="composer-area noting">
      <ColleagueMentions chatId={chatId} field={field} />
      {isEdit && (
        <div class="beside">
          <Icon name="pen" />
          <b class="grow">{t('noteEditing')}</b>
          <IconButton icon="close" label={t('editCancel')} onClick={leave} />
        </div>
      )}
      {asks.value && (
        <div class="strip warn">
          <Icon name="lock" size={18} />
          <span class="grow" role="alert">
            <b>{t('noteAskTitle')}</b> {t('noteAskLead')}
          </span>
          <IconButton
            icon="close"
            class="tight"
            label={t('dismiss')}
            onClick={() => {
              leave();
              field.current?.focus();
            }}
          />
        </div>
      )}
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          maxLength={10_000}
          aria-label={t('note')}
          placeholder={t('noteHint')}
          onInput={(event) => work.setNoteDraft(chatId, event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
            if (event.key === 'Escape') {
              leave();
              event.stopPropagation();
            } else if (event.key === 'Enter' && !event.shiftKey) save();
            else return;
            event.preventDefault();
          }}
        />
        <button type="submit" class="send" aria-label={t('noteSave')} aria-disabled={!text.trim()}>
          <Icon name="check" size={22} />
        </button>
      </form>
    </div>
  );
}
