import type { JSX } from 'preact';
import { language, languages, setLanguage, t, type Language } from '../text/text.ts';

export function LanguageChoice(): JSX.Element {
  return (
    <select
      class="language"
      aria-label={t('language')}
      value={language.value}
      onChange={(event) => void setLanguage(event.currentTarget.value, true).catch(() => undefined)}
    >
      {(Object.keys(languages) as Language[]).map((one) => (
        <option key={one} value={one}>
          {languages[one]}
        </option>
      ))}
    </select>
  );
}
