import { computed, signal } from '@preact/signals';
import { en } from './en.ts';

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type TextKey = keyof typeof en;
/** The same keys as English; a text with plural forms has them in every language. */
export type AdminTexts = { readonly [Key in TextKey]: (typeof en)[Key] extends string ? string : Forms };

/** Languages there are, each named in itself. */
export const languages = { en: 'English', ru: 'Русский', it: 'Italiano' } as const;
export type Language = keyof typeof languages;

const remembered = 'chatdock:admin:language';
const current = signal<{ locale: Language; texts: AdminTexts }>({ locale: 'en', texts: en });
export const locale = computed(() => current.value.locale);
const plural = computed(() => new Intl.PluralRules(current.value.locale));
let turn = 0;

/** Brings a language; one that does not exist here is English. */
export async function setLanguage(tag: string, isChosen = false): Promise<void> {
  const mine = ++turn;
  const short = tag.slice(0, 2).toLowerCase();
  const locale: Language = Object.hasOwn(languages, short) ? (short as Language) : 'en';
  if (isChosen) remember(locale);
  const texts: AdminTexts =
    locale === 'ru' ? (await import('./ru.ts')).ru : locale === 'it' ? (await import('./it.ts')).it : en;
  // Of two choices in a row the later one stays.
  if (mine === turn) current.value = { locale, texts };
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
  const found: string | Forms = current.value.texts[key];
  const form =
    typeof found === 'string' ? found : (found[plural.value.select(Number(values['n'] ?? 0))] ?? found.other);
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? value.toLocaleString(current.value.locale) : value;
  });
}

export const hasText = (key: string): key is TextKey => Object.hasOwn(en, key);

/** The text of `<prefix><code>`; a code of a newer server is told by `<prefix>` alone. */
export function tCode(prefix: 'problem_' | 'state_' | 'reason_' | 'act_', code: string): string {
  const key = `${prefix}${code}`;
  return t(hasText(key) ? key : prefix);
}
