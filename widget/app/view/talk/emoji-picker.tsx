import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { language, t, type TextKey } from '../../text/text.ts';
import { emoji as all, namesRu } from './emoji.ts';

const storageKey = 'chatdock:emoji';
const recentMost = 16;
const columns = 8;
let recent: string[] | undefined;

/** The ones used last on this page; a page without storage forgets them. */
function readRecent(): string[] {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(read) ? read.filter((one) => typeof one === 'string').slice(0, recentMost) : [];
  } catch {
    return [];
  }
}
function remember(picked: string): void {
  recent = [picked, ...(recent ?? []).filter((one) => one !== picked)].slice(0, recentMost);
  try {
    localStorage.setItem(storageKey, JSON.stringify(recent));
  } catch {
    // They last as long as the page.
  }
}

/** A small choice of emoji with a search in English and Russian; arrows walk the grid. */
export function EmojiPicker(props: { onPick: (emoji: string) => void; onClose: () => void }): JSX.Element {
  const search = useSignal('');
  const box = useRef<HTMLDivElement>(null);
  recent ??= readRecent();
  useLayoutEffect(() => {
    const root = box.current!.getRootNode() as ShadowRoot;
    box.current!.querySelector('input')?.focus();
    const outside = (event: Event): void => {
      if (!event.composedPath().includes(box.current!)) props.onClose();
    };
    root.addEventListener('pointerdown', outside);
    return () => root.removeEventListener('pointerdown', outside);
  }, []);
  const wanted = search.value.trim().toLocaleLowerCase();
  const groups = wanted
    ? [{ key: '', list: all.flatMap(([, list]) => list).filter(([one, name]) => answers(one, name, wanted)) }]
    : [
        ...(recent.length
          ? [{ key: 'emojiRecent', list: recent.map((one) => [one, nameOf(one)] as const) }]
          : []),
        ...all.map(([group, list]) => ({ key: `emoji_${group}`, list })),
      ];
  const pick = (one: string): void => {
    remember(one);
    props.onPick(one);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      return props.onClose();
    }
    const cells = Array.from(box.current!.querySelectorAll<HTMLElement>('.emoji-grid button'));
    const root = box.current!.getRootNode() as ShadowRoot;
    const at = cells.indexOf(root.activeElement as HTMLElement);
    if (at === -1) {
      if (event.key === 'ArrowDown') cells[0]?.focus();
      else if (event.key === 'Enter' && wanted) cells[0]?.click();
      else return;
      event.preventDefault();
      return;
    }
    const isRtl = getComputedStyle(box.current!).direction === 'rtl';
    const side = isRtl ? -1 : 1;
    const step = { ArrowRight: side, ArrowLeft: -side, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (at + step < 0) box.current!.querySelector('input')?.focus();
    else cells[Math.min(cells.length - 1, at + step)]?.focus();
  };
  return (
    <div ref={box} class="emoji-picker" role="dialog" aria-label={t('emoji')} onKeyDown={onKeyDown}>
      <input
        type="text"
        dir="auto"
        aria-label={t('emojiSearch')}
        placeholder={t('emojiSearch')}
        value={search.value}
        onInput={(event) => (search.value = event.currentTarget.value)}
      />
      <div class="emoji-scroll">
        {groups.map(({ key, list }) => (
          <section key={key} aria-label={key ? t(key as TextKey) : t('emoji')}>
            {key && <h3>{t(key as TextKey)}</h3>}
            <div class="emoji-grid">
              {list.map(([one, name]) => (
                <button
                  key={one}
                  type="button"
                  aria-label={label(one, name)}
                  title={label(one, name)}
                  onClick={() => pick(one)}
                >
                  {one}
                </button>
              ))}
            </div>
          </section>
        ))}
        {wanted && !groups[0]?.list.length && <p class="quiet">{t('emojiNone')}</p>}
      </div>
    </div>
  );
}

function nameOf(one: string): string {
  for (const [, list] of all) for (const [emoji, name] of list) if (emoji === one) return name;
  return one;
}
function label(one: string, name: string): string {
  return language.value === 'ru' ? (namesRu[one] ?? name) : name;
}
function answers(one: string, name: string, wanted: string): boolean {
  return name.includes(wanted) || (namesRu[one] ?? '').includes(wanted);
}
