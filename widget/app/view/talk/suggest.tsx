import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';

export type Field = RefObject<HTMLTextAreaElement | null>;

const usualMost = 6;

/**
 * While a word behind a sign (`@…`, `/…`, `:…`) is being typed: what answers to it. Arrows choose, Enter and Tab take,
 * Escape leaves.
 */
export function Suggest<One>(props: {
  label: string;
  field: Field;
  /** What stands before the caret: the sign, then the word in brackets. */
  pattern: RegExp;
  /** The same with what ends the word by itself: the first answer is taken at once. */
  closed?: RegExp;
  answers: (word: string) => readonly One[];
  keyOf: (one: One) => string | number;
  row: (one: One) => ComponentChildren;
  /** What stands in the text instead of sign and word. */
  textOf: (one: One) => string;
  onBegin?: () => void;
  /** The field's text, once it stands there. */
  onTaken: (one: One, text: string) => void;
  class?: string;
  /** How many answers are shown. */
  most?: number;
  /** The heading over an answer; answers under one heading come one after the other. */
  groupOf?: (one: One) => string;
  /** Page up (-1) and Page down (1). */
  onPage?: (by: number) => void;
  /** Above the answers. */
  above?: (found: readonly One[]) => ComponentChildren;
  /** Below the answers. */
  children?: ComponentChildren;
}): JSX.Element | null {
  const { field } = props;
  const id = useId();
  // Listeners live as long as the field; they ask for what is true now.
  const now = useRef(props);
  now.current = props;
  const word = useSignal<{ from: number; text: string } | null>(null);
  const at = useSignal(0);
  const foundFor = (text: string | undefined): readonly One[] =>
    text === undefined ? [] : now.current.answers(text).slice(0, now.current.most ?? usualMost);
  const found = foundFor(word.value?.text);
  const isOpen = found.length > 0;
  const chosen = Math.min(at.value, found.length - 1);
  const take = (one: One | undefined, from: number | undefined = word.peek()?.from): void => {
    const area = field.current;
    if (one === undefined || !area || from === undefined) return;
    area.setRangeText(now.current.textOf(one), from, area.selectionStart, 'end');
    word.value = null;
    now.current.onTaken(one, area.value);
    area.focus();
  };
  useEffect(() => {
    const area = field.current;
    if (!area) return undefined;
    const life = new AbortController();
    const { signal } = life;
    const look = ({ type }: Event): void => {
      const { pattern, closed, answers, onBegin } = now.current;
      const before = area.value.slice(0, area.selectionStart);
      const [ended, whole = ''] = closed?.exec(before) ?? [];
      if (ended && type === 'input') return take(answers(whole)[0], before.length - ended.trimStart().length);
      const [, text] = pattern.exec(before) ?? [];
      if (text !== undefined && !word.peek()) {
        at.value = 0;
        onBegin?.();
      }
      word.value = text === undefined ? null : { from: before.length - text.length - 1, text };
    };
    // Who types fast presses Enter before the list is drawn, and again before it is drawn without what was taken: what
    // counts is the word in the field, never what is on the screen yet.
    const onKeyDown = (event: KeyboardEvent): void => {
      const ours = foundFor(word.peek()?.text);
      if (event.isComposing || ours.length === 0) return;
      const here = Math.min(at.peek(), ours.length - 1);
      if (event.key === 'ArrowDown') at.value = (here + 1) % ours.length;
      else if (event.key === 'ArrowUp') at.value = (here - 1 + ours.length) % ours.length;
      else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') take(ours[here]);
      else if (event.key === 'Escape') word.value = null;
      else if (now.current.onPage && /^Page(Up|Down)$/.test(event.key)) {
        at.value = 0;
        now.current.onPage(event.key === 'PageUp' ? -1 : 1);
      } else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    area.addEventListener('input', look, { signal });
    area.addEventListener('click', look, { signal });
    area.addEventListener('keydown', onKeyDown, { capture: true, signal });
    const left = (): void => {
      // Who is back already goes on.
      if (!area.matches(':focus')) word.value = null;
    };
    area.addEventListener('blur', () => setTimeout(left, 150), { signal });
    return () => life.abort();
  }, []);
  useEffect(() => {
    const area = field.current;
    if (!area || !isOpen) return undefined;
    area.setAttribute('aria-controls', id);
    area.setAttribute('aria-activedescendant', `${id}-${chosen}`);
    return () => {
      area.removeAttribute('aria-controls');
      area.removeAttribute('aria-activedescendant');
    };
  });
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, isOpen, found[chosen]]);
  if (!isOpen) return null;
  const rows = found.map((one, index) => (
    <div
      key={props.keyOf(one)}
      id={`${id}-${index}`}
      role="option"
      aria-selected={index === chosen}
      class="mention-row"
      onPointerDown={(event) => {
        event.preventDefault();
        take(one);
      }}
    >
      {props.row(one)}
    </div>
  ));
  return (
    // The caret stays in the field, also when what scrolls is dragged by its bar.
    <div class={`mentions ${props.class ?? ''}`} onMouseDown={(event) => event.preventDefault()}>
      {props.above?.(found)}
      <div
        id={id}
        ref={list}
        class="mention-list"
        role="listbox"
        aria-label={props.label}
        // More than has room scrolls, and what scrolls can be reached.
        {...(props.most && { tabIndex: 0 })}
      >
        {props.groupOf ? grouped(found.map(props.groupOf), rows, id) : rows}
      </div>
      {props.children}
    </div>
  );
}

/** Rows under their headings. `names`: the heading of each row. */
function grouped(names: readonly string[], rows: readonly JSX.Element[], id: string): JSX.Element[] {
  const begins = names.flatMap((name, index) => (name === names[index - 1] ? [] : [index]));
  return begins.map((from, index) => (
    <div key={names[from]} role="group" aria-labelledby={`${id}-of-${from}`}>
      <div id={`${id}-of-${from}`} class="mention-group ellipsis" role="presentation">
        <bdi>{names[from]}</bdi>
      </div>
      {rows.slice(from, begins[index + 1])}
    </div>
  ));
}
