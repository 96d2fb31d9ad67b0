import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../text/text.ts';
import { IconButton } from '../parts.tsx';
import { Awaited } from './awaited.tsx';
import { emojiPicker } from './emoji-door.ts';

export function EmojiButton({ onInsert }: { onInsert: (emoji: string) => void }): JSX.Element {
  const isOpen = useSignal(false);
  const Picker = emojiPicker.value?.EmojiPicker;
  return (
    <span class="emoji-place" onPointerDown={(event) => isOpen.value && event.stopPropagation()}>
      <IconButton
        icon="emoji"
        class="tool"
        label={t('emoji')}
        popup="dialog"
        expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
          // Where it could not be had the next click asks again.
          void emojiPicker.bring().then((isThere) => isThere || (isOpen.value = false));
        }}
      />
      {isOpen.value && !Picker && <Awaited onLeave={() => (isOpen.value = false)} />}
      {isOpen.value && Picker && (
        <Picker
          onPick={(emoji) => {
            isOpen.value = false;
            onInsert(emoji);
          }}
          onClose={() => {
            isOpen.value = false;
            onInsert('');
          }}
        />
      )}
    </span>
  );
}
