import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { loadTexts, t } from '../text/text.ts';
import { Waiting } from './chat-list.tsx';
import { Notice } from './parts.tsx';
import type * as Parts from './settings/index.ts';
import { useRoom } from './shell.ts';

const parts = signal<typeof Parts | 'failed' | undefined>(undefined);

async function bring(wear: (css: string) => void): Promise<void> {
  if (typeof parts.peek() === 'object') return;
  try {
    const [brought] = await Promise.all([import('./settings/index.ts'), loadTexts('settings')]);
    if (typeof parts.peek() !== 'object') wear(brought.css);
    parts.value = brought;
  } catch {
    parts.value = 'failed';
  }
}

/** Settings and the list of shortcuts come when they are first wanted. */
export function SettingsDoor(): JSX.Element {
  const { shell } = useRoom();
  useEffect(() => void bring(shell.wear), []);
  const brought = parts.value;
  if (typeof brought === 'object')
    return shell.page.value === 'shortcuts' ? <brought.ShortcutsScreen /> : <brought.SettingsScreen />;
  if (!brought) return <Waiting />;
  return (
    <div class="page">
      <Notice icon="alert" title={t('unreachableTitle')} lead={t('unreachableLead')} isAlert>
        <button type="button" class="primary" onClick={() => void bring(shell.wear)}>
          {t('retry')}
        </button>
        <button type="button" class="plain" onClick={() => (shell.page.value = '')}>
          {t('back')}
        </button>
      </Notice>
    </div>
  );
}
