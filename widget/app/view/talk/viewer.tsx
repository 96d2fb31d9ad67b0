import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Entry } from '../../model/entry.ts';
import { clockTime, fullTime, shortTime } from '../../text/dates.ts';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { IconButton, Spinner } from '../parts.tsx';
import { RichText } from '../rich-text.tsx';
import { useRoom } from '../shell.ts';
import { useUrls } from './file-state.tsx';
import { writerName } from './names.ts';
import { stop } from './player.ts';
import { viewed } from './viewer-door.ts';

const largest = 5;

/** Photos and videos of a Chat over the whole page: arrows walk, + and − or a double click zoom, Escape leaves. */
export function Viewer({ chatId, id }: { chatId: number; id: number }): JSX.Element | null {
  const { model } = useRoom();
  const dialog = useRef<HTMLDialogElement>(null);
  const zoom = useSignal(1);
  const shown = model.entries(chatId).filter(isShown);
  const at = shown.findIndex((entry) => entry.id === id);
  const entry = shown[at];
  const close = (): void => void (viewed.value = null);
  useLayoutEffect(() => {
    const root = dialog.current!.getRootNode() as ShadowRoot;
    const before = root.activeElement as HTMLElement | null;
    dialog.current!.showModal();
    stop();
    return () => before?.isConnected && before.focus();
  }, []);
  // With the drawing: a press on Larger right after must not be undone.
  useLayoutEffect(() => {
    zoom.value = 1;
  }, [id]);
  useEffect(() => {
    if (!entry) close();
  }, [entry]);
  const go = (step: number): void => {
    const next = shown[at + step];
    if (next) viewed.value = { chatId, id: next.id };
  };
  const zoomTo = (value: number): void => void (zoom.value = Math.max(1, Math.min(largest, value)));
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const isVideo = event.composedPath()[0] instanceof HTMLVideoElement;
    const isRtl = getComputedStyle(dialog.current!).direction === 'rtl';
    if (event.key === 'Escape') close();
    else if (isVideo) return;
    else if (event.key === 'ArrowRight') go(isRtl ? -1 : 1);
    else if (event.key === 'ArrowLeft') go(isRtl ? 1 : -1);
    else if (event.key === 'Home') go(-at);
    else if (event.key === 'End') go(shown.length - 1 - at);
    else if (event.key === '+' || event.key === '=') zoomTo(zoom.value * 1.5);
    else if (event.key === '-') zoomTo(zoom.value / 1.5);
    else if (event.key === '0') zoomTo(1);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      class="viewer"
      aria-label={t('viewer')}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      {entry && (
        <>
          <div class="viewer-head">
            <span class="grow">
              <b dir="auto">{writerName(model, entry)}</b>
              <small title={fullTime(entry.at)}>
                {shortTime(entry.at) === clockTime(entry.at) ? '' : `${shortTime(entry.at)} `}
                {clockTime(entry.at)}
              </small>
            </span>
            <span class="viewer-count" role="status">
              {t('viewerAt', { n: at + 1, all: shown.length })}
            </span>
            {entry.type === 'image' && (
              <>
                <IconButton icon="zoomOut" label={t('zoomOut')} onClick={() => zoomTo(zoom.value / 1.5)} />
                <IconButton icon="zoomIn" label={t('zoomIn')} onClick={() => zoomTo(zoom.value * 1.5)} />
              </>
            )}
            <Save entry={entry} />
            <IconButton icon="close" label={t('close')} onClick={close} />
          </div>
          <Stage key={entry.id} entry={entry} zoom={zoom.value} onZoom={zoomTo} onEmpty={close} />
          {at > 0 && (
            <IconButton
              icon="back"
              flip
              class="to previous"
              label={t('viewerPrevious')}
              onClick={() => go(-1)}
            />
          )}
          {at < shown.length - 1 && (
            <IconButton icon="next" flip class="to next" label={t('viewerNext')} onClick={() => go(1)} />
          )}
          {entry.body && (
            <div class="viewer-foot">
              <RichText text={entry.body} mentions={entry.mentions} />
            </div>
          )}
        </>
      )}
    </dialog>
  );
}

function isShown(entry: Entry): boolean {
  return (
    (entry.type === 'image' || entry.type === 'video') &&
    entry.media?.state === 'stored' &&
    !entry.outgoing &&
    entry.revokedAt === null &&
    !entry.content?.viewOnce
  );
}

function Save({ entry }: { entry: Entry }): JSX.Element | null {
  const urls = useUrls(entry);
  if (!urls) return null;
  return (
    <a
      class="icon-button"
      href={urls.original}
      download={entry.media?.fileName ?? ''}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={t('download')}
      title={t('download')}
    >
      <Icon name="download" />
    </a>
  );
}

function Stage(props: {
  entry: Entry;
  zoom: number;
  onZoom: (value: number) => void;
  onEmpty: () => void;
}): JSX.Element {
  const { entry, zoom } = props;
  const { model } = useRoom();
  const urls = useUrls(entry);
  const moved = useSignal({ x: 0, y: 0 });
  const isBroken = useSignal(false);
  const triedTwice = useRef(false);
  useEffect(() => {
    if (zoom === 1) moved.value = { x: 0, y: 0 };
  }, [zoom]);
  const fail = (): void => {
    // The address may have ended while the page slept: one more try with a new one.
    if (triedTwice.current) isBroken.value = true;
    else if (entry.media) model.talk.media.renew(entry.media.id);
    triedTwice.current = true;
  };
  if (!urls) {
    return (
      <div class="stage">
        <Spinner size={32} />
      </div>
    );
  }
  if (isBroken.value) {
    return (
      <div class="stage">
        <p role="alert">
          {t('fileBlocked')}{' '}
          <a href={urls.original} target="_blank" rel="noopener noreferrer">
            {t('fileOpen')}
          </a>
        </p>
      </div>
    );
  }
  if (entry.type === 'video') {
    return (
      <div class="stage">
        <video
          src={urls.original}
          poster={urls.thumbnail ?? undefined}
          controls
          autoPlay
          playsInline
          onError={fail}
        />
      </div>
    );
  }
  return (
    <div
      class={`stage${zoom > 1 ? ' zoomed' : ''}`}
      onClick={(event) => event.target === event.currentTarget && props.onEmpty()}
      onWheel={(event) => {
        event.preventDefault();
        props.onZoom(zoom * (event.deltaY < 0 ? 1.15 : 1 / 1.15));
      }}
      onDblClick={() => props.onZoom(zoom > 1 ? 1 : 2.5)}
      onPointerMove={(event) => {
        if (!(event.buttons & 1) || zoom === 1) return;
        moved.value = { x: moved.value.x + event.movementX, y: moved.value.y + event.movementY };
      }}
    >
      <img
        src={urls.original}
        alt={entry.body || t('type_image')}
        draggable={false}
        style={{ transform: `translate(${moved.value.x}px, ${moved.value.y}px) scale(${zoom})` }}
        onError={fail}
      />
    </div>
  );
}
