import type { JSX } from 'preact';
import type { Entry } from '../../model/entry.ts';
import { locale, t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { FileState, useUrls } from './file-state.tsx';
import { durationText } from '../duration.ts';
import { bytesText } from './measures.ts';
import { failed, nextRate, playing, rate, seek, toggle } from './player.ts';
import { UploadState } from './upload-state.tsx';
import { VoiceSlider } from './voice-slider.tsx';

/** A voice note with the waveform WhatsApp gave, or an audio file with its name. */
export function Voice({ entry }: { entry: Entry }): JSX.Element {
  const media = entry.media!;
  const urls = useUrls(entry);
  const isVoice = entry.type === 'voice';
  const key = `${entry.id || entry.clientId}`;
  const now = playing.value?.key === key ? playing.value : null;
  const seconds = now?.seconds || media.seconds || 0;
  const at = now?.at ?? 0;
  const canPlay = media.state === 'stored' && urls !== undefined;
  const go = (to: number): void => {
    if (!urls) return;
    if (now) seek(key, to);
    else toggle(key, urls.original, to);
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
          <VoiceSlider
            waveform={isVoice ? media.waveform : null}
            at={at}
            seconds={seconds}
            canPlay={canPlay}
            onGo={go}
            onToggle={() => urls && toggle(key, urls.original)}
          />
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
