import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Chat } from '../../../../server/contract/wire.ts';
import { t } from '../../text/text.ts';
import { chatName } from '../chat-row.tsx';
import { Menu } from '../menu.tsx';
import { useRoom } from '../shell.ts';
import { MenuItem, MuteMenu } from './mute-menu.tsx';
import { usePlace } from './place.ts';

/** What one does to a Chat from the list: right click, long press, or the menu key. */
export function RowMenu(props: { chat: Chat; x: number; y: number; onClose: () => void }): JSX.Element {
  const { model } = useRoom();
  const box = useRef<HTMLDivElement>(null);
  const isMuting = useSignal(false);
  const { chat, onClose } = props;
  const { deeds } = model.talk;
  usePlace(box, props.x, props.y, [isMuting.value]);
  const then = (run: () => unknown) => () => {
    onClose();
    run();
  };
  return (
    <div ref={box} class="message-menu">
      {isMuting.value ? (
        <MuteMenu chat={chat} onClose={onClose} />
      ) : (
        <Menu label={chatName(chat)} onClose={onClose}>
          <MenuItem
            icon="pin"
            label={t(chat.pinned ? 'actUnpin' : 'actPin')}
            onClick={then(() => deeds.pin(chat))}
          />
          {chat.mutedUntil > Date.now() ? (
            <MenuItem icon="sound" label={t('actUnmute')} onClick={then(() => deeds.mute(chat, 0))} />
          ) : (
            <MenuItem icon="mute" label={t('actMute')} onClick={() => (isMuting.value = true)} />
          )}
          <MenuItem
            icon="archive"
            label={t(chat.archived ? 'actUnarchive' : 'actArchive')}
            onClick={then(() => deeds.archive(chat))}
          />
          {chat.waitingSince !== null && (
            <MenuItem icon="check" label={t('actSettle')} onClick={then(() => deeds.settle(chat))} />
          )}
          {chat.settled && (
            <MenuItem icon="wait" label={t('actUnsettle')} onClick={then(() => deeds.unsettle(chat))} />
          )}
          {chat.unread === 0 && (
            <MenuItem
              icon="dot"
              label={t('actMarkUnread')}
              onClick={then(() => {
                // A Chat on the screen would be read again at once.
                if (model.chat.peek()?.id === chat.id) model.show('chats');
                return deeds.markUnread(chat);
              })}
            />
          )}
        </Menu>
      )}
    </div>
  );
}
