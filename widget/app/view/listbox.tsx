import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useEffect, useId } from 'preact/hooks';
import { useRowsInView } from './rows-in-view.ts';
import { useRoom } from './shell.ts';
import { textScale } from './text-scale.ts';

/**
 * A list of one kind of row, of any length, as an ARIA listbox: the focus stays on the list, the active row is named by
 * `aria-activedescendant`, arrows, Home, End and the first letters move it, Enter and a click choose.
 */
export function Listbox<Row>(props: {
  label: string;
  rows: readonly Row[];
  /** In px, at the usual text size. */
  rowHeight: number;
  keyOf: (row: Row) => number;
  nameOf: (row: Row) => string;
  selected?: number | undefined;
  onChoose: (row: Row) => void;
  /** A right click, a long press, or the menu key: px of the viewport to open at. */
  onMenu?: ((row: Row, x: number, y: number) => void) | undefined;
  /** A finger comes down on a row. */
  onTouch?: ((row: Row, event: PointerEvent) => void) | undefined;
  onNearEnd: () => void;
  isBusy: boolean;
  scroller: RefObject<HTMLDivElement | null>;
  /** Is given what goes to a row, by its place. */
  goTo?: { current: ((index: number) => void) | null };
  render: (row: Row) => JSX.Element;
}): JSX.Element {
  const { rows, keyOf, scroller } = props;
  const id = useId();
  const active = useSignal<number | null>(null);
  const typed = useSignal({ text: '', at: -Infinity });
  const size = useRoom().model.preferences.of('textSize').value;
  const rowHeight = Math.round(props.rowHeight * textScale[size]);
  const inView = useRowsInView({ scroller, count: rows.length, rowHeight });
  const drawn = rows.slice(inView.from, inView.to);
  const last = Math.max(0, inView.to - 1);
  useEffect(() => {
    if (last >= rows.length - 8) props.onNearEnd();
  }, [last, rows.length]);

  const at = rows.findIndex((row) => keyOf(row) === active.value);
  const move = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    active.value = keyOf(row);
    inView.goTo(rows.indexOf(row));
  };
  if (props.goTo) props.goTo.current = (index) => inView.goTo(index, 'start');
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    if (event.key === 'ArrowDown') move(at + 1);
    else if (event.key === 'ArrowUp') move(at === -1 ? 0 : at - 1);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(rows.length - 1);
    else if (event.key === 'PageDown') move(at + page);
    else if (event.key === 'PageUp') move(at - page);
    else if ((event.key === 'Enter' || event.key === ' ') && rows[at]) props.onChoose(rows[at]);
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) typeAhead(event);
    else return;
    event.preventDefault();
  };
  // When the key was pressed, not when a busy page came to it.
  const typeAhead = ({ key, timeStamp: now }: KeyboardEvent): void => {
    const text = (now - typed.value.at < 800 ? typed.value.text : '') + key.toLocaleLowerCase();
    typed.value = { text, at: now };
    const from = text.length > 1 ? Math.max(0, at) : at + 1;
    for (let step = 0; step < rows.length; step++) {
      const index = (from + step) % rows.length;
      if (props.nameOf(rows[index]!).toLocaleLowerCase().startsWith(text)) return move(index);
    }
  };
  const onContextMenu = (event: MouseEvent): void => {
    if (!props.onMenu) return;
    const root = scroller.current!.getRootNode() as ShadowRoot;
    // The menu key speaks of the list, which has the focus: what is meant is the active row.
    const pointed = (event.target as Element).closest<HTMLElement>('[role=option]');
    const option = pointed ?? root.getElementById(`${id}-${active.value}`);
    const row = rows[Number(option?.getAttribute('aria-posinset')) - 1];
    if (!option || !row) return;
    event.preventDefault();
    active.value = keyOf(row);
    const box = option.getBoundingClientRect();
    if (pointed && event.clientX > 0) props.onMenu(row, event.clientX, event.clientY);
    else props.onMenu(row, box.left + box.width / 2, box.top + box.height / 2);
  };
  const shownActive = at >= inView.from && at < inView.to ? `${id}-${active.value}` : undefined;
  return (
    <div
      ref={scroller}
      class="listbox"
      role="listbox"
      tabIndex={0}
      aria-label={props.label}
      aria-busy={props.isBusy}
      aria-activedescendant={shownActive}
      onKeyDown={onKeyDown}
      onContextMenu={onContextMenu}
      onFocusIn={() => {
        if (at === -1) active.value = props.selected ?? (rows[0] ? keyOf(rows[0]) : null);
      }}
    >
      <div class="runway" role="presentation" style={{ height: `${rows.length * rowHeight}px` }}>
        {drawn.map((row, place) => {
          const index = inView.from + place;
          const key = keyOf(row);
          return (
            <div
              key={key}
              id={`${id}-${key}`}
              class={`option chat-row${key === active.value ? ' active' : ''}${key === props.selected ? ' selected' : ''}`}
              role="option"
              aria-selected={key === props.selected}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              style={{ height: `${rowHeight}px`, transform: `translateY(${index * rowHeight}px)` }}
              onPointerDown={(event) => props.onTouch?.(row, event)}
              onClick={() => {
                active.value = key;
                props.onChoose(row);
              }}
            >
              {props.render(row)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
