import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { dateOf } from '../../text/dates.ts';
import { startOf } from '../../text/start-of.ts';
import { t } from '../../text/text.ts';
import { useRoom } from '../shell.ts';

/** Goes to what was first written on a day or after it. The field is the browser's own calendar. */
export function DateJump({ chatId, onDone }: { chatId: number; onDone: () => void }): JSX.Element {
  const { model, shell } = useRoom();
  const field = useRef<HTMLInputElement>(null);
  const isNone = useSignal(false);
  useLayoutEffect(() => {
    field.current?.focus();
    try {
      field.current?.showPicker();
    } catch {
      // Not in every frame; the field itself can be written in.
    }
  }, []);
  const go = async (): Promise<void> => {
    const day = field.current?.value;
    const moment = startOf(day ?? '');
    if (!(moment >= 0)) return;
    const messageId = await model.timeline(chatId).reachMoment(moment);
    isNone.value = messageId === undefined;
    if (messageId === undefined) return shell.announce(t('jumpNone'));
    model.talk.goal.value = { chatId, messageId };
    onDone();
  };
  return (
    <form
      class="date-jump"
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onDone();
      }}
    >
      <label class="grow">
        <span class="unseen">{t('jumpDay')}</span>
        <input
          ref={field}
          type="date"
          required
          max={dateOf(Date.now())}
          onInput={() => (isNone.value = false)}
        />
      </label>
      <button type="submit" class="primary">
        {t('jumpGo')}
      </button>
      {isNone.value && <p class="trouble">{t('jumpNone')}</p>}
    </form>
  );
}
