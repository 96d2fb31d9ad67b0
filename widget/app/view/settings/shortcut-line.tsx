import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import {
  chordOf,
  readKeys,
  reasonAgainst,
  takenBy,
  usualKeys,
  writeKeys,
  type Shortcut,
} from '../../model/shortcuts.ts';
import { t } from '../../text/text.ts';
import { useRoom } from '../shell.ts';

/** A shortcut that can be chosen: its keys are the button that changes them. */
export function ShortcutLine({ name }: { name: Shortcut }): JSX.Element {
  const { model, shell } = useRoom();
  const { preferences } = model;
  const keys = readKeys(preferences.of('keys').value);
  const isAsked = useSignal(false);
  const trouble = useSignal('');
  const field = useRef<HTMLButtonElement>(null);
  const change = useRef<HTMLButtonElement>(null);
  const what = t(`key_${name}`);
  const wasAsked = useRef(false);
  // In the same task: a key pressed right after belongs to what is drawn now.
  useLayoutEffect(() => {
    if (isAsked.value) field.current?.focus();
    else if (wasAsked.current) change.current?.focus();
    wasAsked.current = isAsked.value;
  }, [isAsked.value]);

  const leave = (): void => {
    isAsked.value = false;
    trouble.value = '';
  };
  const choose = (chord: string): void => {
    const other = takenBy(chord, name, keys);
    const against = reasonAgainst(chord);
    trouble.value = other
      ? t('keyTaken', { keys: spoken(chord), what: t(`key_${other}`) })
      : against
        ? t(`keyAgainst_${against}`, { keys: spoken(chord) })
        : '';
    if (trouble.value) return;
    preferences.set('keys', writeKeys({ ...keys, [name]: chord }));
    shell.announce(`${what}: ${spoken(chord) || t('keyNone')}`);
    leave();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Tab goes on to what else can be done here.
    if (event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return leave();
    const chord = chordOf(event);
    if (chord) choose(chord);
  };
  if (!isAsked.value) {
    return (
      <div>
        <dt>
          <button
            ref={change}
            type="button"
            class="key-change"
            aria-label={t('keyChange', { what, keys: spoken(keys[name]) || t('keyNone') })}
            onClick={() => (isAsked.value = true)}
          >
            {keys[name] ? <Chord keys={keys[name]} /> : <span class="quiet">{t('keyNone')}</span>}
          </button>
        </dt>
        <dd>{what}</dd>
      </div>
    );
  }
  return (
    <div class="key-asked">
      <dt>{what}</dt>
      <dd>
        <button
          ref={field}
          type="button"
          class="key-field"
          aria-describedby={`trouble-${name}`}
          onKeyDown={onKeyDown}
        >
          {t('keyPress')}
        </button>
        <p id={`trouble-${name}`} class="trouble" role="alert">
          {trouble.value}
        </p>
        <span
          class="key-ways"
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault();
            event.stopPropagation();
            leave();
          }}
        >
          <button type="button" class="plain" onClick={() => choose('')}>
            {t('keyOff')}
          </button>
          {keys[name] !== usualKeys[name] && (
            <button type="button" class="plain" onClick={() => choose(usualKeys[name])}>
              {t('keyUsual', { keys: spoken(usualKeys[name]) })}
            </button>
          )}
          <button type="button" class="plain" onClick={leave}>
            {t('cancel')}
          </button>
        </span>
      </dd>
    </div>
  );
}

/** The keys as they stand on a keyboard. */
export function Chord({ keys }: { keys: string }): JSX.Element {
  return (
    <>
      {parts(keys).map((key, at) => (
        <span key={key}>
          {at > 0 && ' + '}
          <kbd>{key}</kbd>
        </span>
      ))}
    </>
  );
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const onMac: Record<string, string> = { Ctrl: '⌘', Alt: '⌥', Shift: '⇧' };

/** A plus may be a key itself. */
function parts(chord: string): string[] {
  return chord
    .split(/\+(?=.)/)
    .filter(Boolean)
    .map((part) => (isMac ? (onMac[part] ?? part) : part));
}

function spoken(chord: string): string {
  return parts(chord).join(' + ');
}
