import type { JSX } from 'preact';
import type { Entry } from '../../model/entry.ts';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { FileState, useUrls } from './file-state.tsx';
import { bytesText } from './measures.ts';
import { UploadState } from './upload-state.tsx';

/** A document: never shown inside the page, only saved. */
export function Document({ entry }: { entry: Entry }): JSX.Element {
  const media = entry.media!;
  const urls = useUrls(entry);
  const name = media.fileName || t('type_document');
  const ending = /\.([\p{L}\p{N}]{1,5})$/u.exec(media.fileName)?.[1] ?? '';
  const kind = (ending || media.mime.split('/')[1]?.replace(/^x-|^vnd\..*\./, '') || '').slice(0, 5);
  const size = media.size === null ? '' : bytesText(media.size);
  return (
    <div class="document">
      <span class={`sheet-icon ${kind.toLowerCase()}`} aria-hidden="true">
        <Icon name="document" size={34} />
        {kind && <b>{kind.toUpperCase()}</b>}
      </span>
      <span class="document-main">
        <b class="file-name" dir="auto">
          {name}
        </b>
        <small>
          {media.state === 'gone' ? t('fileGone') : [kind.toUpperCase(), size].filter(Boolean).join(' · ')}
        </small>
      </span>
      {urls ? (
        <a
          class="icon-button"
          href={urls.original}
          download={media.fileName}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={t('downloadFile', { name })}
          title={t('download')}
        >
          <Icon name="download" />
        </a>
      ) : entry.outgoing ? (
        <UploadState entry={entry} />
      ) : (
        <FileState entry={entry} isSmall />
      )}
    </div>
  );
}
