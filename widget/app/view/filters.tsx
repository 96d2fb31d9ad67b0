import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { chatFilters } from '../model/chat-list.ts';
import type { ListDesk } from '../model/all-desks.ts';
import { t, type TextKey } from '../text/text.ts';
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
      {extras && (
        <>
          <extras.MoreFilters box={box} chosen={chosen} />
          <extras.LabelFilter desk={desk} />
          <extras.SortButton chats={desk.chats} />
        </>
      )}
    </div>
  );
}

function Amount({ of }: { of: number }): JSX.Element | null {
  return of > 0 ? <span class="amount">{of > 999 ? '999+' : of}</span> : null;
}
