import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { ChatSource } from '../../model/all-desks.ts';
import type { ListSort } from '../../model/chat-list.ts';
import { t } from '../../text/text.ts';
import { Icon, type IconName } from '../icon.tsx';
import { Menu } from '../menu.tsx';
import { useRoom } from '../shell.ts';

const sorts = ['newest', 'waiting'] as const;
const iconOf = (sort: ListSort): IconName => (sort === 'waiting' ? 'wait' : 'sort');

/** Chooses the order of the list: what came last first, or who waits longest. */
export function SortButton({ chats }: { chats: ChatSource }): JSX.Element {
  const { model } = useRoom();
  const isOpen = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const chosen = chats.sort.value;
  const close = (): void => {
    isOpen.value = false;
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class={`sort-button${chosen === 'newest' ? '' : ' chosen'}`}
        aria-haspopup="menu"
        aria-expanded={isOpen.value}
        aria-label={t('sortIs', { name: t(`sort_${chosen}`) })}
        title={t('sortIs', { name: t(`sort_${chosen}`) })}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <Icon name={iconOf(chosen)} size={18} />
      </button>
      {isOpen.value && (
        <Menu label={t('sortBy')} onClose={close}>
          {sorts.map((sort) => (
            <button
              key={sort}
              type="button"
              role="menuitemradio"
              class="item"
              tabIndex={-1}
              aria-checked={sort === chosen}
              onClick={() => {
                close();
                model.sortChats(sort);
              }}
            >
              <Icon name={iconOf(sort)} size={18} />
              <span class="grow">{t(`sort_${sort}`)}</span>
              {sort === chosen && <Icon name="check" size={16} />}
            </button>
          ))}
        </Menu>
      )}
    </>
  );
}
