import css from '../css/settings.css?inline';

export { SettingsScreen } from './settings-screen.tsx';
export { ShortcutsScreen } from './shortcuts-screen.tsx';
export { css };
