import { signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import { durationText } from '../duration.ts';
import { Icon } from '../icon.tsx';
import { IconButton } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { stop as stopPlaying } from './player.ts';
import { levelsShown, Recording, type Recorded } from './recording.ts';
import { Rehearse } from './rehearse.tsx';

/** What is too short was a slip of the finger, s. */
const shortest = 0.5;

/**
 * Records over the composer: time and loudness; thrown away, sent, or stopped and listened to first. Escape throws away,
 * Enter does what has the focus: sends while it is recorded, plays once it is stopped.
 */
export function Recorder(props: {
  chatId: number;
  /** Without one nothing can be recorded here, and that is said. */
  mime: string | undefined;
  onSent: () => void;
  onClose: () => void;
}): JSX.Element {
  const { model, shell } = useRoom();
  const { chatId, mime } = props;
  const recording = useSignal<Recording | null>(null);
  /** What was stopped and not sent yet. */
  const recorded = useSignal<Recorded | null>(null);
  const trouble = useSignal('');
  const isOver = useRef(false);
  const sendButton = useRef<HTMLButtonElement>(null);
  const levels = recording.value?.levels.value ?? [];
  const isLongEnough = (): boolean => (recording.value?.seconds.value ?? 0) >= shortest;
  useLayoutEffect(() => {
    const button = sendButton.current!;
    const composer = button.closest('.composer');
    button.focus();
    // Then one goes on writing; not where that would bring a keyboard over the screen.
    const next = matchMedia('(hover: hover)').matches ? 'textarea' : '.send';
    return () => composer?.querySelector<HTMLElement>(next)?.focus();
  }, []);
  useEffect(() => {
    if (!mime) {
      trouble.value = t(isSecureContext ? 'recordUnable' : 'recordInsecure');
      return undefined;
    }
    let isLeft = false;
    stopPlaying();
    shell.announce(t('recording'));
    const onTick = (): void => {
      if (model.desk.peek()?.session.peek()?.capabilities.typing) model.talk.typing(chatId, 'recording');
    };
    Recording.begin(mime, onTick).then(
      (begun) => {
        recording.value = begun;
        if (isLeft) void begun.end();
      },
      (error: unknown) => {
        const isDenied = error instanceof DOMException && error.name === 'NotAllowedError';
        trouble.value = t(isDenied ? 'recordDenied' : 'recordNone');
      },
    );
    return () => {
      isLeft = true;
      void stop();
    };
  }, []);
  const stop = async (): Promise<Recorded | undefined> => {
    model.talk.stopTyping(chatId);
    return recording.peek()?.end();
  };
  const discard = (): void => {
    isOver.current = true;
    props.onClose();
  };
  const listen = async (): Promise<void> => {
    if (isOver.current || !isLongEnough()) return;
    isOver.current = true;
    recorded.value = (await stop()) ?? null;
    if (!recorded.value) return props.onClose();
    shell.announce(t('recordReady', { time: durationText(recorded.value.seconds) }));
  };
  const send = async (): Promise<void> => {
    if (!recorded.peek() && (isOver.current || !isLongEnough())) return;
    isOver.current = true;
    const what = recorded.peek() ?? (await stop());
    recorded.value = null;
    if (what && mime) {
      const { blob, waveform, seconds } = what;
      const file = {
        blob,
        mime,
        seconds,
        waveform,
        as: 'voice',
        name: '',
        width: null,
        height: null,
      } as const;
      model.send(chatId, '', { file: { ...file, progress: signal(0) } });
      props.onSent();
    }
    props.onClose();
  };
  const isStopped = recorded.value !== null;
  return (
    <div
      class="recorder"
      role="group"
      aria-label={t(isStopped ? 'recordHear' : 'recording')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        discard();
      }}
    >
      <IconButton icon="bin" label={t('recordCancel')} onClick={discard} />
      {trouble.value ? (
        <p class="trouble grow" role="alert">
          {trouble.value}
        </p>
      ) : recorded.value ? (
        <Rehearse recorded={recorded.value} />
      ) : (
        <>
          <i class="red-dot" aria-hidden="true" />
          <span class="recorder-time" role="timer">
            {durationText(recording.value?.seconds.value ?? 0)}
          </span>
          <Levels of={levels} />
          <IconButton icon="stop" label={t('recordStop')} onClick={() => void listen()} />
        </>
      )}
      <button
        ref={sendButton}
        type="button"
        class="send"
        aria-label={t('recordSend')}
        title={t('recordSend')}
        aria-disabled={!isStopped && !isLongEnough()}
        onClick={() => void send()}
      >
        <Icon name="send" size={22} flip />
      </button>
    </div>
  );
}

function Levels({ of }: { of: readonly number[] }): JSX.Element {
  const drawing = of.map((level, at) => {
    const size = Math.max(3, level * 0.26);
    const x = (levelsShown - of.length + at) * 4 + 2;
    return `M${x} ${14 - size / 2}v${size}`;
  });
  return (
    <svg
      class="levels grow"
      viewBox={`0 0 ${levelsShown * 4} 28`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={drawing.join('')} />
    </svg>
  );
}
