import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ListDesk } from '../../model/all-desks.ts';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { Menu } from '../menu.tsx';
import { useRoom } from '../shell.ts';

/** Cuts the list to the Chats with a label, where there are labels. */
export function LabelFilter({ desk }: { desk: ListDesk }): JSX.Element | null {
  const { model } = useRoom();
  const isOpen = useSignal(false);
  useEffect(() => void model.work.refresh('labels'), []);
  const labels = model.work.labels.value;
  const chosen = labels.find((label) => label.id === desk.chats.label.value);
  // Its label has been deleted: nothing may stay hidden behind it.
  useEffect(() => {
    if (labels.length && !chosen) desk.chats.label.value = 0;
  }, [labels]);
  if (!labels.length && !chosen) return null;
  const choose = (id: number): void => {
    isOpen.value = false;
    desk.chats.label.value = id;
  };
  return (
    <>
      <button
        type="button"
        class={`label-filter${chosen ? ` label ${chosen.colour}` : ''}`}
        aria-haspopup="menu"
        aria-expanded={isOpen.value}
        aria-label={chosen ? t('filterLabelIs', { name: chosen.name }) : t('filterLabel')}
        onClick={() => {
          isOpen.value = !isOpen.value;
          void model.work.refresh('labels');
        }}
      >
        <span class="ellipsis" dir="auto">
          {chosen?.name ?? t('filterLabel')}
        </span>
        <Icon name="chevron" size={16} />
      </button>
      {isOpen.value && (
        <Menu label={t('filterLabel')} onClose={() => (isOpen.value = false)}>
          <button
            type="button"
            role="menuitemradio"
            class="item"
            tabIndex={-1}
            aria-checked={!chosen}
            onClick={() => choose(0)}
          >
            {t('filterLabelAny')}
          </button>
          {labels.map((label) => (
            <button
              key={label.id}
              type="button"
              role="menuitemradio"
              class="item"
              tabIndex={-1}
              aria-checked={label === chosen}
              onClick={() => choose(label.id)}
            >
              <span class={`label-dot ${label.colour}`} />
              <span class="ellipsis" dir="auto">
                {label.name}
              </span>
            </button>
          ))}
        </Menu>
      )}
    </>
  );
}
