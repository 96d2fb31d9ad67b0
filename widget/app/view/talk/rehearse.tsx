import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import { durationText } from '../duration.ts';
import { Icon } from '../icon.tsx';
import type { Recorded } from './recording.ts';
import { Rehearsal } from './rehearsal.ts';
import { VoiceSlider } from './voice-slider.tsx';

/** What was recorded, to be listened to before it goes. */
export function Rehearse({ recorded }: { recorded: Recorded }): JSX.Element {
  const sound = useSignal<Rehearsal | null>(null);
  const isUnheard = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), []);
  useEffect(() => {
    let isLeft = false;
    Rehearsal.of(recorded.blob).then(
      (read) => {
        if (isLeft) read[Symbol.dispose]();
        else sound.value = read;
      },
      // It may go all the same: whoever gets it may be able to play it.
      () => void (isUnheard.value = true),
    );
    return () => {
      isLeft = true;
      sound.peek()?.[Symbol.dispose]();
    };
  }, []);
  const at = sound.value?.at.value ?? 0;
  const isPlaying = sound.value?.isPlaying.value ?? false;
  const seconds = sound.value?.seconds ?? recorded.seconds;
  const toggle = (): void => sound.peek()?.toggle();
  return (
    <>
      <button
        ref={button}
        type="button"
        class="play"
        aria-label={t(isPlaying ? 'pause' : 'play')}
        aria-disabled={!sound.value}
        onClick={toggle}
      >
        <Icon name={isPlaying ? 'pause' : 'play'} size={20} />
      </button>
      {isUnheard.value ? (
        <p class="trouble grow" role="alert">
          {t('playFailed')}
        </p>
      ) : (
        <div class="grow">
          <VoiceSlider
            waveform={recorded.waveform}
            at={at}
            seconds={seconds}
            canPlay={sound.value !== null}
            onGo={(to) => sound.peek()?.go(to)}
            onToggle={toggle}
          />
        </div>
      )}
      <span class="recorder-time">{durationText(at || seconds)}</span>
    </>
  );
}
