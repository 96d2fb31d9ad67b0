import type { JSX } from 'preact';
import { places, readStand, writeStand } from '../../../stand/stand.ts';
import { t } from '../../text/text.ts';
import { useRoom } from '../shell.ts';
import { Pick, Section } from './controls.tsx';

/** Where the window stands, without dragging it. On a phone it fills the page. */
export function StandChoice(): JSX.Element | null {
  const { model, shell } = useRoom();
  const { preferences } = model;
  const stand = readStand(preferences.of('stand').value);
  if (!shell.canStand) return null;
  return (
    <div class="only-large">
      <Section title={t('setStand')}>
        <Pick
          label={t('standHandle')}
          lead={t('setStandLead')}
          options={places.map((at) => [at, t(`stand_${at}`)] as const)}
          value={stand.at}
          onChange={(at) => preferences.set('stand', writeStand({ ...stand, at }))}
        />
        <button
          type="button"
          class="plain set-reset"
          onClick={() => {
            preferences.set('stand', null);
            shell.isExpanded.value = false;
          }}
        >
          {t('standReset')}
        </button>
      </Section>
    </div>
  );
}
