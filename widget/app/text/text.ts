import { computed, signal } from '@preact/signals';
import { en } from './en.ts';
import type { talkEn } from './talk-en.ts';

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type TextKey = keyof typeof en | keyof typeof talkEn;
type Same<Texts> = { readonly [Key in keyof Texts]: Texts[Key] extends string ? string : Forms };
/** The same keys as English; a text with plural forms has them in every language. */
export type Dictionary = Same<typeof en>;
/** The texts of an open conversation; they come with its screens. */
export type TalkDictionary = Same<typeof talkEn>;

/** Languages there are, each named in itself. Those but English are loaded when they are wanted. */
export const languages = { en: 'English', ru: 'Русский' } as const;
export type Language = keyof typeof languages;

const loaders: Record<Exclude<Language, 'en'>, () => Promise<Dictionary>> = {
  ru: () => import('./ru.ts').then((module) => module.ru),
};

const talkLoaders: Record<Language, () => Promise<TalkDictionary>> = {
  en: () => import('./talk-en.ts').then((module) => module.talkEn),
  ru: () => import('./talk-ru.ts').then((module) => module.talkRu),
};

let wantsTalk = false;
const current = signal<{
  locale: string;
  language: Language;
  dictionary: Dictionary & Partial<TalkDictionary>;
}>({ locale: 'en', language: 'en', dictionary: en });
export const locale = computed(() => current.value.locale);
export const language = computed(() => current.value.language);
const plural = computed(() => new Intl.PluralRules(current.value.locale));

/** Changes the language; what does not exist here becomes English, with the dates of the locale that was asked for. */
export async function setLocale(tag: string): Promise<void> {
  const wanted = canonical(tag);
  const short = wanted?.split('-')[0] ?? 'en';
  const language: Language = short in languages ? (short as Language) : 'en';
  const [dictionary, talk] = await Promise.all([
    language === 'en' ? en : loaders[language](),
    wantsTalk ? talkLoaders[language]() : {},
  ]);
  current.value = {
    locale: language === short && wanted ? wanted : language,
    language,
    dictionary: { ...dictionary, ...talk },
  };
}

/** Brings the texts of an open conversation, in the language of now and of every later choice. */
export async function loadTalkTexts(): Promise<void> {
  wantsTalk = true;
  const { language } = current.value;
  const talk = await talkLoaders[language]();
  const now = current.value;
  // The language may have been changed meanwhile; then its own texts have come along.
  if (now.language === language) current.value = { ...now, dictionary: { ...now.dictionary, ...talk } };
}

function canonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.replace('_', '-'))[0];
  } catch {
    return undefined;
  }
}

/** The text of a key in the language of now, with `{name}` filled in and the plural form of `{n}`. */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  const found: string | Forms = current.value.dictionary[key] ?? '';
  const form =
    typeof found === 'string' ? found : (found[plural.value.select(Number(values['n'] ?? 0))] ?? found.other);
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined
      ? whole
      : typeof value === 'number'
        ? value.toLocaleString(current.value.locale)
        : value;
  });
}

/** The text of `<prefix><code>` where a code has one, else of `<prefix>` alone. */
export function tCode(prefix: 'failure_' | 'problem_', code: string): string {
  const key = `${prefix}${code}`;
  return t(hasText(key) ? key : prefix);
}

export function hasText(key: string): key is TextKey {
  return Object.hasOwn(current.value.dictionary, key);
}
