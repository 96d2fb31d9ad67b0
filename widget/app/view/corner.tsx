import type { JSX } from 'preact';
import { t } from '../text/text.ts';
import { IconButton } from './parts.tsx';
import { useRoom } from './shell.ts';

/** What is done to the window itself, at the end of every bar; of two bars side by side the outer one shows it. */
export function Corner(): JSX.Element {
  const { shell } = useRoom();
  const size = shell.isExpanded.value ? 'shrink' : 'expand';
  return (
    <>
      <IconButton
        icon={size}
        class="corner only-large"
        label={t(size)}
        onClick={() => (shell.isExpanded.value = !shell.isExpanded.value)}
      />
      <IconButton icon="close" class="corner" label={t('close')} onClick={shell.close} />
    </>
  );
}
