import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Chat } from '../../../server/contract/wire.ts';
import { t } from '../text/text.ts';
import { listExtras } from './list-extras.ts';
import { Avatar } from './parts.tsx';

/** The picture at the head of a sheet, which is shown large when it is pressed, and small again. */
export function Portrait({ chat, name }: { chat: Chat; name: string }): JSX.Element {
  const isLarge = useSignal(false);
  const { picture } = chat;
  const avatar = <Avatar id={chat.id} name={name} kind={chat.kind} picture={picture} />;
  if (picture === null) return avatar;
  return (
    <>
      <button
        type="button"
        class="portrait-button"
        aria-expanded={isLarge.value}
        aria-label={t('showPicture')}
        title={t('showPicture')}
        onClick={() => (isLarge.value = !isLarge.value)}
      >
        {avatar}
      </button>
      {isLarge.value && <Large key={picture} id={picture} />}
    </>
  );
}

/** Its place is there at once, with the small one in it until the large one has come. */
function Large({ id }: { id: number }): JSX.Element {
  const extras = listExtras.value;
  return (
    <span class="portrait">
      {extras && <extras.Face id={id} />}
      {extras && <extras.Face id={id} size="large" />}
    </span>
  );
}
