import type { JSX } from 'preact';
import { language, t } from '../../text/text.ts';
import { useRoom } from '../shell.ts';
import { emojiPicker } from './emoji-door.ts';
import { Suggest, type Field } from './suggest.tsx';

/** `:smi…` offers the emoji of that name; a second colon takes the first. */
export function EmojiCodes({ chatId, field }: { chatId: number; field: Field }): JSX.Element {
  const { model } = useRoom();
  const parts = emojiPicker.value;
  return (
    <Suggest
      key={chatId}
      label={t('emojiLike')}
      field={field}
      pattern={/(?:^|\s):([\p{L}\p{N}_-]{2,24})$/u}
      closed={/(?:^|\s):([\p{L}\p{N}_-]{2,24}):$/u}
      answers={(word) => parts?.emojiLike(word) ?? []}
      keyOf={([sign]) => sign}
      textOf={([sign]) => parts?.toned(sign) ?? sign}
      onBegin={() => void emojiPicker.bring()}
      onTaken={(_, text) => model.setDraft(chatId, text)}
      row={([sign, names]) => (
        <>
          <span class="emoji-code">{parts?.toned(sign)}</span>
          <span class="grow ellipsis">{names[language.value]}</span>
        </>
      )}
    />
  );
}
