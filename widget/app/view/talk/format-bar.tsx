import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { t, type TextKey } from '../../text/text.ts';
import { Icon, type IconName } from '../icon.tsx';

interface Mark {
  sign: string;
  key: string;
  icon: IconName;
  name: TextKey;
}
const marks: readonly Mark[] = [
  { sign: '*', key: 'b', icon: 'bold', name: 'formatBold' },
  { sign: '_', key: 'i', icon: 'italic', name: 'formatItalic' },
  { sign: '~', key: 's', icon: 'strike', name: 'formatStrike' },
  { sign: '```', key: 'm', icon: 'code', name: 'formatCode' },
];

/**
 * Puts a mark around what is selected, or takes it away again; blanks at the edges stay outside, or WhatsApp would show
 * the mark.
 */
export function turnMark(area: HTMLTextAreaElement, sign: string): void {
  const { value, selectionStart, selectionEnd } = area;
  const selected = value.slice(selectionStart, selectionEnd);
  const from = selectionStart + (selected.length - selected.trimStart().length);
  const to = Math.max(from, selectionEnd - (selected.length - selected.trimEnd().length));
  const isOn = value.slice(from - sign.length, from) === sign && value.slice(to, to + sign.length) === sign;
  const inside = value.slice(from, to);
  if (isOn) {
    area.setRangeText(inside, from - sign.length, to + sign.length);
    area.setSelectionRange(from - sign.length, to - sign.length);
  } else {
    area.setRangeText(`${sign}${inside}${sign}`, from, to);
    area.setSelectionRange(from + sign.length, to + sign.length);
  }
  area.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

/** Over the composer while something in it is selected; Ctrl+B, Ctrl+I, Ctrl+Shift+S and Ctrl+Shift+M do the same. */
export function FormatBar({ field }: { field: RefObject<HTMLTextAreaElement | null> }): JSX.Element | null {
  const isOpen = useSignal(false);
  useEffect(() => {
    const area = field.current;
    if (!area) return undefined;
    const life = new AbortController();
    const { signal } = life;
    const look = (): void => {
      const root = area.getRootNode() as ShadowRoot;
      isOpen.value = root.activeElement === area && area.selectionStart !== area.selectionEnd;
    };
    // `selectionchange` of a field comes to the document, from wherever it is.
    document.addEventListener('selectionchange', look, { signal });
    for (const event of ['select', 'keyup', 'pointerup', 'blur'])
      area.addEventListener(event, look, { signal });
    area.addEventListener(
      'keydown',
      (event) => {
        if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
        const key = event.key.toLowerCase();
        const mark = marks.find((one) => one.key === key && event.shiftKey === (key === 's' || key === 'm'));
        if (!mark) return;
        event.preventDefault();
        turnMark(area, mark.sign);
      },
      { signal },
    );
    return () => life.abort();
  }, []);
  if (!isOpen.value) return null;
  return (
    <div class="format-bar" role="toolbar" aria-label={t('formatBar')}>
      {marks.map(({ sign, icon, name }) => (
        <button
          key={sign}
          type="button"
          class="icon-button tight"
          aria-label={t(name)}
          title={t(name)}
          tabIndex={-1}
          onPointerDown={(event) => {
            // The selection stays where it is.
            event.preventDefault();
            if (field.current) turnMark(field.current, sign);
          }}
        >
          <Icon name={icon} size={17} />
        </button>
      ))}
    </div>
  );
}
