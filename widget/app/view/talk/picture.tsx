import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Entry } from '../../model/entry.ts';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { useRoom } from '../shell.ts';
import { Drawing } from '../drawing.tsx';
import { FileState, useUrls } from './file-state.tsx';
import { durationText } from '../duration.ts';
import { fromBase64 } from './measures.ts';
import { UploadState } from './upload-state.tsx';
import { boxOf } from './picture-box.ts';
import { openViewer } from './viewer-door.ts';

/** A photo or a video: its place is reserved, the small copy comes first and stays blurred until the file is here. */
export function Picture({ entry }: { entry: Entry }): JSX.Element | null {
  const { model } = useRoom();
  const media = entry.media!;
  const urls = useUrls(entry);
  const isShown = useSignal(false);
  const isBroken = useSignal(false);
  const small = useMemo(
    () => (media.thumbnail ? new Blob([fromBase64(media.thumbnail)]) : undefined),
    [media.thumbnail],
  );
  const own = model.outbox.fileOf(entry.clientId);
  const isVideo = entry.type === 'video';
  const box = boxOf(media.width, media.height);
  const isHere = media.state === 'stored';
  const source = isVideo
    ? urls?.thumbnail
    : urls && (media.animated ? urls.original : (urls.thumbnail ?? urls.original));
  const isSharp = isShown.value || Boolean(own && !isVideo);
  return (
    <div class={`picture${isSharp ? ' sharp' : ''}`} style={{ aspectRatio: `${box.width} / ${box.height}` }}>
      {small && <Drawing class="small-copy" blob={small} />}
      {own && !isVideo && <Drawing class="own-copy" blob={own.blob} />}
      {source && !isBroken.value && (
        <img
          src={source}
          alt=""
          decoding="async"
          onLoad={() => (isShown.value = true)}
          onError={() => (isBroken.value = true)}
        />
      )}
      {isHere && !small && !isSharp && <Icon name={isVideo ? 'video' : 'image'} size={36} />}
      {isHere && !entry.outgoing && (
        <button
          type="button"
          class="open-picture"
          aria-label={t(isVideo ? 'openVideo' : 'openPicture')}
          onClick={() => openViewer(model, entry)}
        >
          {isVideo && (
            <span class="play-sign">
              <Icon name="play" size={26} />
            </span>
          )}
        </button>
      )}
      {isVideo && media.seconds !== null && (
        <span class="length">
          <Icon name="video" size={14} /> {durationText(media.seconds)}
        </span>
      )}
      <FileState entry={entry} />
      <UploadState entry={entry} />
    </div>
  );
}

export function Sticker({ entry }: { entry: Entry }): JSX.Element {
  const media = entry.media!;
  const urls = useUrls(entry);
  const isBroken = useSignal(false);
  return (
    <div class="sticker">
      {urls && !isBroken.value ? (
        <img
          src={urls.original}
          alt={t('type_sticker')}
          decoding="async"
          onError={() => (isBroken.value = true)}
        />
      ) : (
        media.state === 'stored' && <Icon name="sticker" size={48} />
      )}
      <FileState entry={entry} isSmall />
    </div>
  );
}
