import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../text/text.ts';
import { useAdmin } from './room.ts';
import { nameOf } from './session-words.ts';

/** In a form: all numbers, also those made later, or some of them. */
export function InboxChoice(): JSX.Element | null {
  const admin = useAdmin();
  const [isSome, some] = useState(false);
  const list = admin.inboxes.value ?? [];
  if (list.length < 2) return null;
  return (
    <fieldset class="boxes wide">
      <legend>{t('ofNumbers')}</legend>
      <div class="either">
        {[false, true].map((one) => (
          <label class="tick-line" key={`${one}`}>
            <input
              type="radio"
              name="numbers"
              value={one ? 'some' : 'all'}
              checked={isSome === one}
              onChange={() => some(one)}
            />
            <span>{t(one ? 'onlyThese' : 'everyNumberNow')}</span>
          </label>
        ))}
      </div>
      {isSome &&
        list.map((inbox) => (
          <label class="tick-line sub" key={inbox.id}>
            <input type="checkbox" name="inboxIds" value={inbox.id} />
            <span dir="auto">{nameOf(inbox)}</span>
          </label>
        ))}
    </fieldset>
  );
}

/** null: all. */
export function inboxIdsOf(data: FormData): number[] | null {
  return data.get('numbers') === 'some' ? data.getAll('inboxIds').map(Number) : null;
}
