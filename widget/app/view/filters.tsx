import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { chatFilters } from '../model/chat-list.ts';
import type { ListDesk } from '../model/all-desks.ts';
import { t, type TextKey } from '../text/text.ts';
import { Icon } from './icon.tsx';
import { Menu } from './menu.tsx';
import { listExtras } from './list-extras.ts';
import { useRoom } from './shell.ts';

/** What the list is cut to: one of the tabs, and a label beside it. */
export function Filters({ desk }: { desk: ListDesk }): JSX.Element {
  const { model } = useRoom();
  const box = useRef<HTMLDivElement>(null);
  const extras = listExtras.value;
  const chosen = desk.chats.filter.value;
  const counts = desk.counts.value;
  // Named one is seldom: the tab is there when it is of use.
  const tabs = chatFilters.filter(
    (filter) => filter !== 'mentions' || filter === chosen || (counts?.mentions ?? 0) > 0,
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const index = (tabs.indexOf(chosen) + step + tabs.length) % tabs.length;
    model.filterChats(tabs[index]!);
    (box.current?.children[index] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="filter-bar">
      <div ref={box} class="filters" role="radiogroup" aria-label={t('filters')} onKeyDown={onKeyDown}>
        {tabs.map((filter) => (
          <button
            key={filter}
            type="button"
            role="radio"
            aria-checked={filter === chosen}
            tabIndex={filter === chosen ? 0 : -1}
            onClick={() => model.filterChats(filter)}
          >
            {t(`filter_${filter}` as TextKey)}
            <Amount of={filter === 'all' || desk.chats.label.value ? 0 : (counts?.[filter] ?? 0)} />
          </button>
        ))}
      </div>
      <LabelFilter desk={desk} />
      {extras && <extras.SortButton chats={desk.chats} />}
    </div>
  );
}

function Amount({ of }: { of: number }): JSX.Element | null {
  return of > 0 ? <span class="amount">{of > 999 ? '999+' : of}</span> : null;
}

function LabelFilter({ desk }: { desk: ListDesk }): JSX.Element | null {
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
