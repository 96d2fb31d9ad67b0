import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Entry } from '../../model/entry.ts';
import { t, type TextKey } from '../../text/text.ts';
import { Icon, type IconName } from '../icon.tsx';
import { Menu } from '../menu.tsx';
import { useRoom } from '../shell.ts';
import { begin, type Deed } from './begin.ts';
import { canActOn } from './can.ts';
import { quickEmoji } from './emoji-few.ts';
import { emojiPicker } from './emoji-door.ts';
import { menuOf } from './menu-door.ts';
import { usePlace } from './place.ts';

const deeds: [Deed, IconName, TextKey][] = [
  ['reply', 'reply', 'actReply'],
  ['forward', 'forward', 'actForward'],
  ['copy', 'copy', 'actCopy'],
  ['star', 'star', 'actStar'],
  ['edit', 'pen', 'actEdit'],
  ['select', 'select', 'actSelect'],
  ['info', 'info', 'actInfo'],
  ['revoke', 'bin', 'actRevoke'],
];

/** What can be done to one Message, where its bubble is. */
export function MessageMenu(props: { entry: Entry; x: number; y: number }): JSX.Element {
  const { model } = useRoom();
  const box = useRef<HTMLDivElement>(null);
  const isPicking = useSignal(false);
  const { entry } = props;
  const can = canActOn(model, entry);
  const close = (): void => void (menuOf.value = null);
  const own = entry.reactions.find((one) => one.fromUs)?.emoji;
  const Picker = emojiPicker.value?.EmojiPicker;
  usePlace(box, props.x, props.y, [isPicking.value, Picker]);
  const react = (emoji: string): void => {
    close();
    void model.talk.deeds.react(entry, emoji);
  };
  if (isPicking.value && Picker) {
    return (
      <div ref={box} class="message-menu">
        <Picker onPick={react} onClose={close} />
      </div>
    );
  }
  return (
    <div ref={box} class="message-menu">
      <Menu label={t('messageActions')} onClose={close}>
        {can.react && (
          <div class="quick" role="presentation">
            {quickEmoji.map((emoji) => (
              <button
                key={emoji}
                type="button"
                role="menuitemcheckbox"
                aria-checked={emoji === own}
                aria-label={t('reactWith', { emoji })}
                tabIndex={-1}
                onClick={() => react(emoji)}
              >
                {emoji}
              </button>
            ))}
            <button
              type="button"
              role="menuitem"
              tabIndex={-1}
              aria-label={t('moreReactions')}
              title={t('moreReactions')}
              onClick={() => void emojiPicker.bring().then(() => (isPicking.value = true))}
            >
              <Icon name="plus" size={18} />
            </button>
          </div>
        )}
        {deeds
          .filter(([deed]) => can[deed])
          .map(([deed, icon, key]) => (
            <button
              key={deed}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class={`item${deed === 'revoke' ? ' danger' : ''}`}
              onClick={() => {
                close();
                begin(model, entry, deed);
              }}
            >
              <Icon name={icon} flip={deed === 'reply' || deed === 'forward'} />
              {t(deed === 'star' && entry.starred ? 'actUnstar' : key)}
            </button>
          ))}
      </Menu>
    </div>
  );
}
