import { it } from './text-it.ts';
import { ru } from './text-ru.ts';

export const languages = { en: 'English', it: 'Italiano', ru: 'Русский' } as const;
export type Language = keyof typeof languages;
const words: Record<Language, Readonly<Record<string, string>>> = { en: {}, it, ru };
const place = 'chatdock:developers';

/** Chosen here, else that of the address (`?lang=ru`), else the browser's. */
export function languageOf(kept: string | null, asked: string | null, browser: readonly string[]): Language {
  const known = [kept, asked, ...browser].map((tag) => tag?.slice(0, 2).toLowerCase() ?? '');
  return known.find((tag): tag is Language => Object.hasOwn(languages, tag)) ?? 'en';
}

/** An English sentence in that language; what differs each time (numbers, addresses) stays. Unknown ones stay too. */
export function inLanguage(language: Language, english: string): string {
  const all = words[language];
  const whole = all[english];
  if (whole !== undefined || language === 'en') return whole ?? english;
  for (const [pattern, said] of Object.entries(all)) {
    if (!pattern.includes('{1}')) continue;
    const found = new RegExp(
      `^${pattern.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\d\}/g, '(.+?)')}$`,
      's',
    ).exec(english);
    if (found)
      return said.replaceAll(/\{(\d)\}/g, (_, n: string) => inLanguage(language, found[Number(n)] ?? ''));
  }
  return english;
}

let now: Language = 'en';

/** For what scripts write on these pages. */
export function say(english: string): string {
  return inLanguage(now, english);
}

/** Puts the page into the language of who reads it, with a choice of others beside the navigation. */
export function translatePage(): void {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(place);
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the address.
  }
  now = languageOf(kept, new URL(location.href).searchParams.get('lang'), navigator.languages);
  document.documentElement.lang = now;
  document.title = say(document.title);
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const text = (node.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
    if (!text || node.parentElement?.closest('code, .brand')) continue;
    const said = say(text);
    if (said !== text) node.textContent = ` ${said} `;
  }
  for (const element of document.querySelectorAll('[aria-label]'))
    element.setAttribute('aria-label', say(element.getAttribute('aria-label')!));
  document.querySelector('.top')!.append(choice());
}

function choice(): HTMLSelectElement {
  const select = document.createElement('select');
  select.className = 'language';
  select.ariaLabel = say('Language of this page');
  for (const [tag, name] of Object.entries(languages))
    select.append(new Option(name, tag, false, tag === now));
  select.addEventListener('change', () => {
    try {
      localStorage.setItem(place, select.value);
    } catch {
      // The address says it, then.
    }
    const address = new URL(location.href);
    address.searchParams.set('lang', select.value);
    location.href = address.href;
  });
  return select;
}
