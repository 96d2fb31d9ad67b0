import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Entry } from '../../model/entry.ts';
import type { MediaUrls } from '../../model/media.ts';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { Spinner } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { bytesText } from './measures.ts';

/** The addresses of a stored file, once they are here. */
export function useUrls(entry: Pick<Entry, 'media'>): MediaUrls | undefined {
  const { model } = useRoom();
  const id = entry.media?.state === 'stored' ? entry.media.id : 0;
  const urls = id ? model.talk.media.of(id).value : undefined;
  useEffect(() => {
    if (id) model.talk.media.want(id);
  }, [id]);
  // Once a sharper small copy is made of it, there is another address for that.
  const hasSmall = entry.media?.hasSmall === true;
  useEffect(() => {
    if (id && hasSmall && typeof urls === 'object' && !urls.thumbnail?.includes('v=s'))
      model.talk.media.renew(id);
  }, [id, hasSmall]);
  return typeof urls === 'object' ? urls : undefined;
}

/** What can be done about a file that is not here: bring it, wait, or know that it is gone. */
export function FileState({
  entry,
  isSmall = false,
}: {
  entry: Entry;
  isSmall?: boolean;
}): JSX.Element | null {
  const { model } = useRoom();
  const { media } = entry;
  if (!media || media.state === 'stored') return null;
  if (media.state === 'fetching') {
    return (
      <span class="file-state" role="status">
        <Spinner />
        <span class={isSmall ? 'unseen' : ''}>{t('loadingFile')}</span>
      </span>
    );
  }
  const isGone = media.state === 'gone';
  const label = isGone
    ? t('retry')
    : media.size
      ? t('loadFile', { size: bytesText(media.size) })
      : t('loadFileUnknown');
  return (
    <span class={`file-state${isGone ? ' gone' : ''}`}>
      {isGone && (
        <span class="file-gone">
          <b>{t('fileGone')}</b>
          {!isSmall && <small>{t('fileGoneLead')}</small>}
        </span>
      )}
      <button
        type="button"
        class={isSmall ? 'icon-button' : 'pill'}
        aria-label={label}
        title={isSmall ? label : undefined}
        onClick={() => void model.talk.deeds.fetchMedia(entry)}
      >
        <Icon name={isGone ? 'retry' : 'download'} size={18} />
        {!isSmall && <span>{label}</span>}
      </button>
    </span>
  );
}
