import { computed, signal } from '@preact/signals';
import { en } from './en.ts';
import type { composerEn } from './composer-en.ts';
import type { crmEn } from './crm-en.ts';
import type { emojiEn } from './emoji-en.ts';
import type { inviteEn } from './invite-en.ts';
import type { linkEn } from './link-en.ts';
import type { listEn } from './list-en.ts';
import type { messageEn } from './message-en.ts';
import type { peopleEn } from './people-en.ts';
import type { reasonEn } from './reason-en.ts';
import type { personEn } from './person-en.ts';
import type { settingsEn } from './settings-en.ts';
import type { talkEn } from './talk-en.ts';

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type TextKey = keyof typeof en | keyof typeof talkEn | keyof typeof settingsEn;
type Same<Texts> = { readonly [Key in keyof Texts]: Texts[Key] extends string ? string : Forms };
/** The same keys as English; a text with plural forms has them in every language. */
export type Dictionary = Same<typeof en>;
/** Those of them about the ways into groups. */
export type InviteDictionary = Same<typeof inviteEn>;
/** Those of them about linking a phone. */
export type LinkDictionary = Same<typeof linkEn>;
/** Those of them about what a list of Chats can say beyond its names. */
export type ListDictionary = Same<typeof listEn>;
export type MessageDictionary = Same<typeof messageEn>;
/** Those of them about one person. */
export type PersonDictionary = Same<typeof personEn>;
export type PeopleDictionary = Same<typeof peopleEn>;
export type ReasonDictionary = Same<typeof reasonEn>;
/** Those of them around what is being written. */
export type ComposerDictionary = Same<typeof composerEn>;
/** Those of them about the card of a person in the CRM. */
export type CrmDictionary = Same<typeof crmEn>;
/** Those of them about emoji. */
export type EmojiDictionary = Same<typeof emojiEn>;
/** The texts of an open conversation and of linking a phone; they come with their screens. */
export type TalkDictionary = Same<typeof talkEn>;
export type SettingsDictionary = Same<typeof settingsEn>;

/** Languages there are, each named in itself. Those but English are loaded when they are wanted. */
export const languages = { en: 'English', it: 'Italiano', ru: 'Русский' } as const;
export type Language = keyof typeof languages;

/** Texts that come later than the first open, each with the screens that say them. */
interface Later {
  talk: TalkDictionary;
  settings: SettingsDictionary;
}
type Part = keyof Later;

const loaders: Record<Exclude<Language, 'en'>, () => Promise<Dictionary>> = {
  it: () => import('./it.ts').then((module) => module.it),
  ru: () => import('./ru.ts').then((module) => module.ru),
};

const later: { [Name in Part]: Record<Language, () => Promise<Later[Name]>> } = {
  talk: {
    en: () => import('./talk-en.ts').then((module) => module.talkEn),
    it: () => import('./talk-it.ts').then((module) => module.talkIt),
    ru: () => import('./talk-ru.ts').then((module) => module.talkRu),
  },
  settings: {
    en: () => import('./settings-en.ts').then((module) => module.settingsEn),
    it: () => import('./settings-it.ts').then((module) => module.settingsIt),
    ru: () => import('./settings-ru.ts').then((module) => module.settingsRu),
  },
};

/** Locales in which every text of ours is marked: what a screen shows unmarked is not translated. */
const pseudo = ['en-XA', 'ar-XB'];

type Texts = Dictionary & Partial<TalkDictionary & SettingsDictionary>;
const wanted = new Set<Part>();
const current = signal<{ locale: string; language: Language; dictionary: Texts }>({
  locale: 'en',
  language: 'en',
  dictionary: en,
});
let turn = 0;
export const locale = computed(() => current.value.locale);
export const language = computed(() => current.value.language);
const plural = computed(() => new Intl.PluralRules(current.value.locale));

/** Changes the language; what does not exist here becomes English, with the dates of the locale that was asked for. */
export async function setLocale(tag: string): Promise<void> {
  const mine = ++turn;
  const wanted = canonical(tag);
  const short = wanted?.split('-')[0] ?? 'en';
  const language: Language = Object.hasOwn(languages, short) ? (short as Language) : 'en';
  const chosen = wanted && (language === short || pseudo.includes(wanted)) ? wanted : language;
  const locale = chosen === language ? inRegion(language) : chosen;
  const dictionary = await gather(language, locale);
  // Of two choices in a row the later one stays, however long the first takes to come.
  if (mine === turn) current.value = { locale, language, dictionary };
}

/** Brings the texts of some screens, in the language of now and of every later choice. */
export async function loadTexts(part: Part): Promise<void> {
  wanted.add(part);
  const mine = turn;
  const { language, locale } = current.peek();
  const dictionary = await gather(language, locale);
  // The language may have been changed meanwhile; then its own texts come along.
  if (mine === turn) current.value = { language, locale, dictionary };
}

/** All texts that are wanted so far. */
async function gather(language: Language, locale: string): Promise<Texts> {
  const parts = await Promise.all([
    language === 'en' ? en : loaders[language](),
    ...Array.from(wanted, (part) => later[part][language]()),
  ]);
  const dictionary = Object.assign({}, ...parts) as Texts;
  return pseudo.includes(locale) ? (await import('./pseudo.ts')).marked(dictionary) : dictionary;
}

/** A language as this browser's person writes dates in it: whoever reads en-GB has 24 hours and the day before the month. */
function inRegion(language: Language): string {
  return navigator.languages.find((one) => one.startsWith(`${language}-`)) ?? language;
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
