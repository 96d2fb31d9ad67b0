import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { ChatSource } from '../../model/all-desks.ts';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { Menu } from '../menu.tsx';
import { useRoom } from '../shell.ts';

const sorts = ['newest', 'waiting'] as const;

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
        title={t(`sort_${chosen}`)}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <Icon name={chosen === 'newest' ? 'down' : 'wait'} size={18} />
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
              <Icon name={sort === 'newest' ? 'down' : 'wait'} size={18} />
              <span class="grow">{t(`sort_${sort}`)}</span>
              {sort === chosen && <Icon name="check" size={16} />}
            </button>
          ))}
        </Menu>
      )}
    </>
  );
}
