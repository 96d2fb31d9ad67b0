import type { JSX } from 'preact';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { useRoom } from '../shell.ts';

/** Beside the list while no Chat is open. */
export function NothingOpen(): JSX.Element {
  const { model } = useRoom();
  return (
    <div class="notice">
      <span class="notice-icon">
        <Icon name="bubble" size={28} />
      </span>
      <h2>{t('nothingOpen')}</h2>
      <p>{t('nothingOpenLead')}</p>
      {model.desk.value && model.screen.value.name !== 'contacts' && (
        <button type="button" class="plain" onClick={() => model.show('contacts')}>
          {t('newChat')}
        </button>
      )}
    </div>
  );
}
