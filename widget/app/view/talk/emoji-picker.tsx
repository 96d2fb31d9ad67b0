import { signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { language, t, type TextKey } from '../../text/text.ts';
import { emoji as all, emojiLike, inTone, namesOf, tones, type Emoji } from './emoji.ts';

export { emojiLike } from './emoji.ts';

const storageKey = 'chatdock:emoji';
const toneKey = 'chatdock:emoji-tone';
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

/** The shade of skin chosen last. */
function readTone(): number {
  try {
    return Number(localStorage.getItem(toneKey)) || 0;
  } catch {
    return 0;
  }
}
const tone = signal<number | undefined>(undefined);

/** As the Agent last chose hands and people to look. */
export function toned(sign: string): string {
  return inTone(sign, (tone.value ??= readTone()));
}

/** A small choice of emoji with a search in every language of ours; arrows walk the grid. */
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
    ? [{ key: '', list: emojiLike(wanted).map(signOf) }]
    : [
        ...(recent.length ? [{ key: 'emojiRecent', list: recent }] : []),
        ...all.map(([group, list]) => ({ key: `emoji_${group}`, list: list.map(signOf) })),
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
              {list.map((one) => (
                <button
                  key={one}
                  type="button"
                  aria-label={nameOf(one)}
                  title={nameOf(one)}
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
      <Tones />
    </div>
  );
}

function signOf([one]: Emoji): string {
  return toned(one);
}
function nameOf(one: string): string {
  return namesOf(one)?.[language.value] ?? one;
}

/** What colour hands and people have from now on. */
function Tones(): JSX.Element {
  const chosen = tone.value ?? 0;
  const choose = (next: number): void => {
    tone.value = next;
    try {
      localStorage.setItem(toneKey, `${next}`);
    } catch {
      // It lasts as long as the page.
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (chosen + step + tones.length) % tones.length;
    choose(next);
    (event.currentTarget as HTMLElement).querySelectorAll('button')[next]?.focus();
  };
  return (
    <div class="emoji-tones" role="radiogroup" aria-label={t('emojiTone')} onKeyDown={onKeyDown}>
      {tones.map((shade, index) => (
        <button
          key={shade}
          type="button"
          role="radio"
          aria-checked={index === chosen}
          tabIndex={index === chosen ? 0 : -1}
          aria-label={t(`emojiTone_${index}` as TextKey)}
          title={t(`emojiTone_${index}` as TextKey)}
          onClick={() => choose(index)}
        >
          {inTone('✋', index)}
        </button>
      ))}
    </div>
  );
}
