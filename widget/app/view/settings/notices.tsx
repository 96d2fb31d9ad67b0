import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../text/text.ts';
import { useRoom } from '../shell.ts';
import { Section, Switch } from './controls.tsx';

/** What the browser lets this page do: pages without https may not even ask. */
function permission(): NotificationPermission | 'insecure' {
  return isSecureContext && 'Notification' in window ? Notification.permission : 'insecure';
}

/** Notifications: permission is asked for by this click and by nothing else. */
export function Notices(): JSX.Element {
  const { model } = useRoom();
  const { preferences } = model;
  const chosen = preferences.value.value;
  const allowed = useSignal(permission());
  const isOn = chosen.notifications && allowed.value === 'granted';
  const turn = async (wanted: boolean): Promise<void> => {
    if (wanted && allowed.value === 'default') allowed.value = await Notification.requestPermission();
    preferences.set('notifications', wanted && allowed.value === 'granted');
  };
  const desks = model.desks.value;
  return (
    <Section title={t('setNotices')}>
      <Switch
        label={t('setDesktop')}
        lead={t(
          allowed.value === 'insecure'
            ? 'setDesktopInsecure'
            : allowed.value === 'denied'
              ? 'setDesktopDenied'
              : 'setDesktopLead',
        )}
        isOn={isOn}
        isDisabled={allowed.value === 'insecure' || allowed.value === 'denied'}
        onChange={(wanted) => void turn(wanted)}
      />
      {isOn && (
        <Switch
          label={t('setPreview')}
          isOn={chosen.preview}
          onChange={(preview) => preferences.set('preview', preview)}
        />
      )}
      <Switch
        label={t('setOnlyMine')}
        isOn={chosen.onlyMine}
        onChange={(onlyMine) => preferences.set('onlyMine', onlyMine)}
      />
      <Switch
        label={t('setTitleBadge')}
        isOn={chosen.titleBadge}
        onChange={(titleBadge) => preferences.set('titleBadge', titleBadge)}
      />
      {desks.length > 1 && (
        <div role="group" aria-label={t('setNumbers')} class="set-group">
          <small class="quiet" aria-hidden="true">
            {t('setNumbers')}
          </small>
          {desks.map((desk) => (
            <Switch
              key={desk.id}
              label={desk.name}
              isOn={!chosen.quietInboxes.includes(desk.id)}
              onChange={(isLoud) => {
                const rest = chosen.quietInboxes.filter((id) => id !== desk.id);
                preferences.set('quietInboxes', isLoud ? rest : [...rest, desk.id]);
              }}
            />
          ))}
        </div>
      )}
    </Section>
  );
}
