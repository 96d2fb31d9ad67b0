import type { JSX } from 'preact';
import type { Entry } from '../../model/entry.ts';
import { locale, t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { useRoom } from '../shell.ts';

const round = 2 * Math.PI * 15;

/** How much of a file is with the server, as a ring around the button that takes it back. */
export function UploadState({ entry }: { entry: Entry }): JSX.Element | null {
  const { model } = useRoom();
  const file = entry.outgoing?.extras.file;
  if (!file || entry.outgoing?.state === 'failed') return null;
  const part = file.progress.value;
  const percent = part.toLocaleString(locale.value, { style: 'percent' });
  return (
    <span
      class="upload-state"
      role="progressbar"
      aria-label={t('uploading', { percent })}
      aria-valuenow={Math.round(part * 100)}
    >
      <button
        type="button"
        aria-label={t('uploadCancel')}
        title={t('uploadCancel')}
        onClick={() => void model.discard(entry)}
      >
        <svg viewBox="0 0 36 36" width="40" height="40" aria-hidden="true">
          <circle cx="18" cy="18" r="15" class="rest" />
          <circle cx="18" cy="18" r="15" class="done" stroke-dasharray={`${part * round} ${round}`} />
        </svg>
        <Icon name="close" size={16} />
      </button>
    </span>
  );
}
