import { computed, signal } from '@preact/signals';
import type { en } from './en.ts';
import type { numberEn } from './number-en.ts';
import type { restEn } from './rest-en.ts';

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
/** The same keys as English; a text with plural forms has them in every language. */
type Like<Texts> = { readonly [Key in keyof Texts]: Texts[Key] extends string ? string : Forms };
export type AdminTexts = Like<typeof en>;
export type NumberTexts = Like<typeof numberEn>;
export type RestTexts = Like<typeof restEn>;
export type TextKey = keyof AdminTexts | keyof NumberTexts | keyof RestTexts;
/** What comes with screens that are opened later. */
export type LaterTexts = 'number' | 'rest';

/** Languages there are, each named in itself. */
export const languages = { en: 'English', ru: 'Русский', it: 'Italiano' } as const;
export type Language = keyof typeof languages;

type Bring<Texts> = () => Promise<Texts>;
interface Parts {
  once: Bring<AdminTexts>;
  number: Bring<NumberTexts>;
  rest: Bring<RestTexts>;
}
const parts: Record<Language, Parts> = {
  en: {
    once: async () => (await import('./en.ts')).en,
    number: async () => (await import('./number-en.ts')).numberEn,
    rest: async () => (await import('./rest-en.ts')).restEn,
  },
  ru: {
    once: async () => (await import('./ru.ts')).ru,
    number: async () => (await import('./number-ru.ts')).numberRu,
    rest: async () => (await import('./rest-ru.ts')).restRu,
  },
  it: {
    once: async () => (await import('./it.ts')).it,
    number: async () => (await import('./number-it.ts')).numberIt,
    rest: async () => (await import('./rest-it.ts')).restIt,
  },
};

const remembered = 'chatdock:admin:language';
const current = signal<{ language: Language; texts: Readonly<Record<string, string | Forms>> }>({
  language: 'en',
  texts: {},
});
export const language = computed(() => current.value.language);
/** For dates and numbers: the browser's own variety of the language, where it has one (`en-GB`). */
export const locale = computed(() => {
  const own = navigator.languages.find((tag) => tag.slice(0, 2) === current.value.language);
  return own ?? current.value.language;
});
const plural = computed(() => new Intl.PluralRules(current.value.language));
let asked: Language = 'en';
const wanted = new Set<LaterTexts>();

async function textsOf(language: Language): Promise<Record<string, string | Forms>> {
  const of = parts[language];
  const lists = await Promise.all([of.once(), ...Array.from(wanted, (later) => of[later]())]);
  return Object.assign({}, ...lists) as Record<string, string | Forms>;
}

/** Brings a language; one that does not exist here is English. */
export async function setLanguage(tag: string, isChosen = false): Promise<void> {
  const short = tag.slice(0, 2).toLowerCase();
  const language: Language = Object.hasOwn(parts, short) ? (short as Language) : 'en';
  asked = language;
  if (isChosen) remember(language);
  const texts = await textsOf(language);
  // Of two choices in a row the later one stays; of two parts of one language both do.
  if (language !== asked) return;
  const before = current.peek();
  current.value = { language, texts: before.language === language ? { ...before.texts, ...texts } : texts };
}

/** Brings the texts of screens that are opened later, from here on in every language. */
export async function bringTexts(...which: LaterTexts[]): Promise<void> {
  const missing = which.filter((one) => !wanted.has(one));
  if (!missing.length) return;
  for (const one of missing) wanted.add(one);
  try {
    await setLanguage(asked);
  } catch (error) {
    for (const one of missing) wanted.delete(one);
    throw error;
  }
}

/** What was chosen on this browser before, if anything. */
export function chosenLanguage(): string | undefined {
  try {
    return localStorage.getItem(remembered) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(remembered, language);
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}

/** The text of a key, with `{name}` filled in and the plural form of `{n}`. */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  const found = current.value.texts[key] ?? '';
  const form =
    typeof found === 'string' ? found : (found[plural.value.select(Number(values['n'] ?? 0))] ?? found.other);
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? value.toLocaleString(locale.value) : value;
  });
}

export const hasText = (key: string): key is TextKey => Object.hasOwn(current.value.texts, key);

/** The text of `<prefix><code>`; a code of a newer server is told by `<prefix>` alone. */
export function tCode(prefix: 'problem_' | 'state_' | 'reason_' | 'act_', code: string): string {
  const key = `${prefix}${code}`;
  return t(hasText(key) ? key : prefix);
}
