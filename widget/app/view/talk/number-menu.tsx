import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import { copyText } from '../clipboard.ts';
import { phoneText } from '../phone-text.ts';
import { Icon } from '../icon.tsx';
import { Menu } from '../menu.tsx';
import { useRoom } from '../shell.ts';
import { usePlace } from './place.ts';

/** What can be done with a phone number somebody wrote: its chat, a call, the clipboard. */
export function NumberMenu(props: {
  /** Digits. */
  phone: string;
  x: number;
  y: number;
  onClose: () => void;
}): JSX.Element {
  const { model, shell } = useRoom();
  const box = useRef<HTMLDivElement>(null);
  const { phone, onClose } = props;
  usePlace(box, props.x, props.y, []);
  const does = (act: () => unknown) => (): void => {
    onClose();
    act();
  };
  return (
    <div ref={box} class="message-menu">
      <Menu label={phoneText(phone)} onClose={onClose}>
        <button
          type="button"
          role="menuitem"
          class="item"
          tabIndex={-1}
          onClick={does(() => model.reach(phone))}
        >
          <Icon name="bubble" /> {t('messagePhone', { phone: phoneText(phone) })}
        </button>
        <a role="menuitem" class="item" tabIndex={-1} href={`tel:+${phone}`} onClick={onClose}>
          <Icon name="call" /> {t('callPhone')}
        </a>
        <button
          type="button"
          role="menuitem"
          class="item"
          tabIndex={-1}
          onClick={does(() => copyText(`+${phone}`).then(() => shell.announce(t('copied'))))}
        >
          <Icon name="copy" /> {t('copyNumber')}
        </button>
      </Menu>
    </div>
  );
}
