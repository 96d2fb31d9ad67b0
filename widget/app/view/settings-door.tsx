import type { JSX } from 'preact';
import { Coming, later } from './later.tsx';
import { useRoom } from './shell.ts';

const screens = later(() => import('./settings/index.ts'), 'settings');

/** Settings and the list of shortcuts: chosen once and looked at seldom, so they are not in the first open. */
export function SettingsDoor(): JSX.Element {
  const { shell } = useRoom();
  return (
    <Coming what={screens} onBack={() => (shell.page.value = '')}>
      {({ SettingsScreen, ShortcutsScreen }) =>
        shell.page.value === 'shortcuts' ? <ShortcutsScreen /> : <SettingsScreen />
      }
    </Coming>
  );
}
