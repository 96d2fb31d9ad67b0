import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Entry } from '../../model/entry.ts';
import { locale, t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { FileState, useUrls } from './file-state.tsx';
import { durationText } from '../duration.ts';
import { bytesText, fromBase64 } from './measures.ts';
import { failed, nextRate, playing, rate, seek, toggle } from './player.ts';
import { UploadState } from './upload-state.tsx';

const bars = 42;
const height = 28;

/** A voice note with the waveform WhatsApp gave, or an audio file with its name. */
export function Voice({ entry }: { entry: Entry }): JSX.Element {
  const media = entry.media!;
  const urls = useUrls(entry);
  const isVoice = entry.type === 'voice';
  const key = `${entry.id || entry.clientId}`;
  const now = playing.value?.key === key ? playing.value : null;
  const seconds = now?.seconds || media.seconds || 0;
  const at = now?.at ?? 0;
  const part = seconds ? Math.min(1, at / seconds) : 0;
  const drawing = useMemo(() => waveform(isVoice ? media.waveform : null), [media.waveform, isVoice]);
  const line = useRef<HTMLDivElement>(null);
  const canPlay = media.state === 'stored' && urls !== undefined;
  const go = (to: number): void => {
    if (!urls) return;
    const target = Math.max(0, Math.min(seconds, to));
    if (now) seek(key, target);
    else toggle(key, urls.original, target);
  };
  const onPointer = (event: PointerEvent): void => {
    if (event.type === 'pointermove' && !(event.buttons & 1)) return;
    if (event.type === 'pointerdown') line.current!.setPointerCapture(event.pointerId);
    const box = line.current!.getBoundingClientRect();
    const isRtl = getComputedStyle(line.current!).direction === 'rtl';
    const across = (event.clientX - box.left) / box.width;
    go((isRtl ? 1 - across : across) * seconds);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 3, ArrowUp: 3, ArrowLeft: -3, ArrowDown: -3, PageUp: 10, PageDown: -10 }[
      event.key
    ];
    if (step) go(at + step);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(seconds);
    else if ((event.key === ' ' || event.key === 'Enter') && urls) toggle(key, urls.original);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const notHere = media.state !== 'stored';
  return (
    <div class={`voice${isVoice ? '' : ' audio'}`}>
      {!isVoice && (
        <b class="file-name ellipsis" dir="auto">
          {media.fileName || t('type_audio')}
        </b>
      )}
      <div class="voice-line">
        {notHere ? (
          <FileState entry={entry} isSmall />
        ) : entry.outgoing ? (
          <UploadState entry={entry} />
        ) : (
          <button
            type="button"
            class="play"
            aria-label={t(now?.isPlaying ? 'pause' : 'play')}
            aria-disabled={!canPlay}
            onClick={() => urls && toggle(key, urls.original)}
          >
            <Icon name={now?.isPlaying ? 'pause' : 'play'} size={22} />
          </button>
        )}
        <div class="voice-main">
          <div
            ref={line}
            class="waveform"
            role="slider"
            tabIndex={canPlay ? 0 : -1}
            aria-label={t('position')}
            aria-valuemin={0}
            aria-valuemax={Math.round(seconds)}
            aria-valuenow={Math.round(at)}
            aria-valuetext={t('positionText', { at: durationText(at), all: durationText(seconds) })}
            aria-disabled={!canPlay}
            onPointerDown={onPointer}
            onPointerMove={onPointer}
            onKeyDown={onKeyDown}
          >
            <svg viewBox={`0 0 ${bars * 4} ${height}`} preserveAspectRatio="none" aria-hidden="true">
              <path d={drawing} class="rest" />
            </svg>
            <svg
              viewBox={`0 0 ${bars * 4} ${height}`}
              preserveAspectRatio="none"
              aria-hidden="true"
              style={{ clipPath: `inset(0 ${(1 - part) * 100}% 0 0)` }}
            >
              <path d={drawing} class="done" />
            </svg>
            <i style={{ insetInlineStart: `${part * 100}%` }} />
          </div>
          <span class="voice-meta">
            <span>{durationText(now ? at : seconds)}</span>
            {media.size !== null && !isVoice && <span>{bytesText(media.size)}</span>}
          </span>
        </div>
        {now && (
          <button
            type="button"
            class="rate"
            aria-label={t('speed', { rate: `${rate.value.toLocaleString(locale.value)}×` })}
            onClick={nextRate}
          >
            {rate.value.toLocaleString(locale.value)}×
          </button>
        )}
      </div>
      {media.state === 'gone' && <small class="voice-note">{t('fileGone')}</small>}
      {failed.value === key && urls && (
        <small class="voice-note" role="alert">
          {t('playFailed')}{' '}
          <a href={urls.original} target="_blank" rel="noopener noreferrer">
            {t('fileOpen')}
          </a>
        </small>
      )}
    </div>
  );
}

/** Bars of a waveform as one path; a quiet line where none was given. */
function waveform(given: string | null): string {
  const values = given ? fromBase64(given) : new Uint8Array();
  let path = '';
  for (let bar = 0; bar < bars; bar++) {
    const value = values.length ? (values[Math.floor((bar / bars) * values.length)] ?? 0) : 4;
    const size = Math.max(3, (Math.min(100, value) / 100) * height);
    path += `M${bar * 4 + 2} ${((height - size) / 2 + 1).toFixed(1)}V${((height + size) / 2 - 1).toFixed(1)}`;
  }
  return path;
}
