import type { JSX } from 'preact';
import { t } from '../../../text/text.ts';

/** The letter a name stands under: without accents; `#` for numbers and signs. */
export function letterOf(name: string): string {
  const [first = ''] = name.trim().normalize('NFD').replace(/\p{M}/gu, '').toLocaleUpperCase();
  return /\p{L}/u.test(first) ? first : '#';
}

/** Letters beside a long list: a press goes to the first of them. By keyboard the list itself goes there. */
export function LetterIndex(props: {
  letters: readonly { letter: string; at: number }[];
  onPick: (at: number) => void;
}): JSX.Element {
  return (
    <div class="letters" role="group" aria-label={t('letters')}>
      {props.letters.map(({ letter, at }) => (
        <button key={letter} type="button" tabIndex={-1} aria-label={letter} onClick={() => props.onPick(at)}>
          {letter}
        </button>
      ))}
    </div>
  );
}
