import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Chat } from '../../../../server/contract/wire.ts';
import { t, type TextKey } from '../../text/text.ts';
import { Icon, type IconName } from '../icon.tsx';
import { Menu } from '../menu.tsx';
import { IconButton } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { sheet } from './menu-door.ts';
import { MuteMenu } from './mute-menu.tsx';
import { saveExport } from './work/export-file.ts';

/** What one does to a Chat as a whole, behind the three dots. */
export function ChatMenu({ chat }: { chat: Chat }): JSX.Element {
  const { model } = useRoom();
  const open = useSignal<'' | 'menu' | 'mute' | 'export'>('');
  const { deeds } = model.talk;
  const isMuted = chat.mutedUntil > Date.now();
  const close = (): void => void (open.value = '');
  const item = (icon: IconName, key: TextKey, run: () => void, staysOpen = false): JSX.Element => (
    <button
      key={key}
      type="button"
      role="menuitem"
      class="item"
      tabIndex={-1}
      onClick={() => {
        if (!staysOpen) close();
        run();
      }}
    >
      <Icon name={icon} /> {t(key)}
    </button>
  );
  return (
    <>
      <IconButton
        icon="menu"
        label={t('chatMenu')}
        popup="menu"
        expanded={open.value !== ''}
        onClick={() => (open.value = open.value ? '' : 'menu')}
      />
      {open.value === 'menu' && (
        <Menu key="menu" label={t('chatMenu')} onClose={close}>
          {item('search', 'searchInChat', () => model.talk.search.open(chat.id))}
          {chat.kind === 'person' && item('card', 'actPerson', () => (sheet.value = { what: 'person' }))}
          {chat.kind === 'group' && item('people', 'actGroupInfo', () => (sheet.value = { what: 'group' }))}
          {chat.kind !== 'person' && item('image', 'sharedTitle', () => (sheet.value = { what: 'shared' }))}
          {item('pin', chat.pinned ? 'actUnpin' : 'actPin', () => void deeds.pin(chat))}
          {isMuted
            ? item('sound', 'actUnmute', () => void deeds.mute(chat, 0))
            : item('mute', 'actMute', () => (open.value = 'mute'), true)}
          {item('archive', chat.archived ? 'actUnarchive' : 'actArchive', () => void deeds.archive(chat))}
          {item('download', 'actExport', () => (open.value = 'export'), true)}
          {(model.me.value?.agent.role ?? 'agent') !== 'agent' &&
            item('note', 'manageReplies', () => (sheet.value = { what: 'lists', list: 'canned-replies' }))}
          {item('dot', 'actMarkUnread', () => {
            model.show('chats');
            void deeds.markUnread(chat);
          })}
        </Menu>
      )}
      {open.value === 'export' && (
        <Menu key="export" label={t('actExport')} onClose={close}>
          {item('document', 'exportText', () => void saveExport(model, chat, 'text', false))}
          {item('lock', 'exportNotes', () => void saveExport(model, chat, 'text', true))}
          {item('document', 'exportJson', () => void saveExport(model, chat, 'json', false))}
        </Menu>
      )}
      {open.value === 'mute' && <MuteMenu chat={chat} onClose={close} />}
    </>
  );
}
