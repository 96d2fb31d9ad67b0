import type { JSX } from 'preact';
import { hasText, t } from '../text/text.ts';

/** In words, or as the server names it where this page knows none. */
export function wordOf(prefix: 'engine_' | 'upstream_', name: string): string {
  const key = `${prefix}${name}`;
  return hasText(key) ? t(key) : name;
}

/** What can run a number, with what it costs. */
export function Engines(props: {
  list: string[];
  chosen: string;
  onChoose: (engine: string) => void;
}): JSX.Element {
  return (
    <fieldset class="choices">
      <legend>{t('engine')}</legend>
      {props.list.map((engine) => {
        const lead = `engine_${engine}_lead`;
        return (
          <label key={engine} class="choice">
            <input
              type="radio"
              name="engine"
              checked={engine === props.chosen}
              onChange={() => props.onChoose(engine)}
            />
            <span>
              <b>{wordOf('engine_', engine)}</b>
              {hasText(lead) && <small class="quiet">{t(lead)}</small>}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
