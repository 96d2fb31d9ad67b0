/** The keys an Agent may choose for what the widget does; beside them those stand that every list and field has. */

/** What is done, with the keys it usually has: as {@link chordOf} writes them; '' is none. */
export const usualKeys = {
  sheet: '?',
  search: 'Ctrl+K',
  reply: 'R',
  edit: 'E',
  forward: 'F',
  star: 'S',
  info: 'I',
} as const;
export type Shortcut = keyof typeof usualKeys;
export type Keys = Readonly<Record<Shortcut, string>>;
export const shortcutNames = Object.keys(usualKeys) as Shortcut[];

/** What is looked at of a key that was pressed. */
export type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/**
 * The keys pressed together, `Ctrl+Shift+K`; ⌘ counts as Ctrl. Letters are those of the Latin keyboard where another
 * alphabet is set. '' for what is none: modifiers alone, dead keys, characters of AltGr.
 */
export function chordOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }: Pressed): string {
  const isCtrl = ctrlKey || metaKey;
  if (/^(Control|Shift|Alt|Meta|AltGraph|CapsLock|Dead|Process|Unidentified)$/.test(key)) return '';
  // AltGr is both; what it makes is a character that is written.
  if (isCtrl && altKey) return '';
  const latin = /^[a-z]$/i.test(key) ? key : /^Key([A-Z])$/.exec(code)?.[1];
  // An accent or a sign that the keyboard makes with Alt is no letter of another alphabet.
  const name = latin && (altKey || key.length !== 1 || /\p{L}/u.test(key)) ? latin.toUpperCase() : key;
  const isSign = name.length === 1 && !/[\p{L}\d ]/u.test(name);
  const parts = [
    isCtrl && 'Ctrl',
    altKey && 'Alt',
    shiftKey && !isSign && 'Shift',
    name === ' ' ? 'Space' : name,
  ];
  return parts.filter(Boolean).join('+');
}

/** Of one character, with Shift or without: nothing for a field to lose, nothing for those who dictate. */
export const isSingle = (chord: string): boolean => /^(Shift\+)?.$/u.test(chord);

/** The keys as they were chosen; the usual ones for whatever cannot be read. */
export function readKeys(text: string | null): Keys {
  let chosen: Record<string, unknown> = {};
  try {
    chosen = Object(JSON.parse(text ?? '{}')) as Record<string, unknown>;
  } catch {
    // Somebody else's hand.
  }
  const keyOf = (name: Shortcut): string => {
    const one = chosen[name];
    return typeof one === 'string' && one.length < 30 && !reasonAgainst(one) ? one : usualKeys[name];
  };
  return Object.fromEntries(shortcutNames.map((name) => [name, keyOf(name)])) as unknown as Keys;
}

/** The same as it is kept: only what is not usual; `null` if all is. */
export function writeKeys(keys: Keys): string | null {
  const chosen = shortcutNames.filter((name) => keys[name] !== usualKeys[name]);
  return chosen.length ? JSON.stringify(Object.fromEntries(chosen.map((name) => [name, keys[name]]))) : null;
}

/** Whether this is pressed. `isOn`: single characters count at all. */
export function isPressed(event: Pressed, name: Shortcut, keys: Keys, isOn: boolean): boolean {
  const chord = chordOf(event);
  return chord !== '' && chord === keys[name] && (isOn || !isSingle(chord));
}

export type Against = 'widget' | 'page' | 'browser';

/** Those that lists, fields and the window itself have. */
const ofWidget =
  /^(Escape|F6|Shift\+F6|Shift\+F10|Ctrl\+F|Ctrl\+[BI]|Ctrl\+Shift\+[SM]|Delete|Backspace|(\w+\+)*(Enter|Tab|Space|Home|End|PageUp|PageDown|Insert|ContextMenu|Arrow\w+))$/;
/** Those of EspoCRM. Ctrl with Enter, Space or an arrow are its too, and are refused above. */
const ofPage = /^Ctrl\+(Shift\+)?[S/,.\\[\]]$|^Ctrl\+Shift\+Enter$|^Alt\+[1-9]$/;
/** Those that a browser or the system does not let go of, or that nobody wants to miss. */
const ofBrowser =
  /^(F([1-57-9]|1[0-2])|(Shift|Ctrl|Alt)\+F\d+|Ctrl\+([ACDHJLNOPQRTUVWXYZ]|[\d+=-])|Ctrl\+Shift\+[A-Z]|Alt\+[DEF]|\w*(Audio|Media|Browser|Launch)\w+)$/;

/** Why these keys cannot be chosen, whatever for. */
export function reasonAgainst(chord: string): Against | undefined {
  if (ofWidget.test(chord)) return 'widget';
  if (ofPage.test(chord)) return 'page';
  return ofBrowser.test(chord) ? 'browser' : undefined;
}

/** What else of ours has these keys. */
export function takenBy(chord: string, name: Shortcut, keys: Keys): Shortcut | undefined {
  return shortcutNames.find((other) => other !== name && keys[other] === chord && chord !== '');
}
