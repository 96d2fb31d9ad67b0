import { signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { IconButton } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { durationText } from '../duration.ts';
import { stop as stopPlaying } from './player.ts';

const everyMs = 100;
const bars = 32;

/** Records over the composer: time and loudness, throw away or send. Escape throws away, Enter sends. */
export function Recorder(props: {
  chatId: number;
  mime: string;
  onSent: () => void;
  onClose: () => void;
}): JSX.Element {
  const { model, shell } = useRoom();
  const seconds = useSignal(0);
  const levels = useSignal<readonly number[]>([]);
  const trouble = useSignal('');
  const isSent = useRef(false);
  const stop = useRef(() => undefined as void);
  const sendButton = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => sendButton.current?.focus(), []);
  useEffect(() => {
    let isOver = false;
    let end = (): void => void (isOver = true);
    stopPlaying();
    shell.announce(t('recording'));
    void (async () => {
      let stream: MediaStream;
      try {
        stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      } catch (error) {
        const isDenied = error instanceof DOMException && error.name === 'NotAllowedError';
        trouble.value = t(isDenied ? 'recordDenied' : 'recordNone');
        return;
      }
      const release = (): void => stream.getTracks().forEach((track) => track.stop());
      if (isOver) return release();
      const recorder = new MediaRecorder(stream, { mimeType: props.mime, audioBitsPerSecond: 32_000 });
      const chunks: Blob[] = [];
      const context = new AudioContext();
      const ear = context.createAnalyser();
      context.createMediaStreamSource(stream).connect(ear);
      const samples = new Uint8Array(ear.fftSize);
      const startedAt = performance.now();
      const all: number[] = [];
      const timer = setInterval(() => {
        ear.getByteTimeDomainData(samples);
        const loud = Math.min(100, Math.round(Math.max(...samples.map((one) => Math.abs(one - 128))) * 1.4));
        all.push(loud);
        levels.value = all.slice(-bars);
        seconds.value = (performance.now() - startedAt) / 1_000;
        if (model.desk.peek()?.session.peek()?.capabilities.typing)
          model.talk.typing(props.chatId, 'recording');
      }, everyMs);
      recorder.addEventListener('dataavailable', (event) => event.data.size && chunks.push(event.data));
      recorder.addEventListener('stop', () => {
        clearInterval(timer);
        release();
        void context.close();
        model.talk.stopTyping(props.chatId);
        if (!isSent.current || !chunks.length) return;
        const blob = new Blob(chunks, { type: props.mime });
        model.send(props.chatId, '', {
          file: {
            blob,
            name: '',
            mime: props.mime,
            as: 'voice',
            seconds: Math.max(1, Math.round(seconds.peek())),
            width: null,
            height: null,
            waveform: toWaveform(all),
            progress: signal(0),
          },
        });
        props.onSent();
      });
      recorder.start(1_000);
      end = () => {
        isOver = true;
        if (recorder.state !== 'inactive') recorder.stop();
      };
    })();
    stop.current = () => end();
    return () => end();
  }, []);
  const finish = (send: boolean): void => {
    isSent.current = send;
    stop.current();
    props.onClose();
  };
  return (
    <div
      class="recorder"
      role="group"
      aria-label={t('recording')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        finish(false);
      }}
    >
      <IconButton icon="bin" label={t('recordCancel')} onClick={() => finish(false)} />
      {trouble.value ? (
        <p class="trouble grow" role="alert">
          {trouble.value}
        </p>
      ) : (
        <>
          <i class="red-dot" aria-hidden="true" />
          <span class="recorder-time" role="timer">
            {durationText(seconds.value)}
          </span>
          <svg
            class="levels grow"
            viewBox={`0 0 ${bars * 4} 28`}
            preserveAspectRatio="none"
            aria-hidden="true"
          >
            <path
              d={levels.value
                .map((level, at) => {
                  const size = Math.max(3, level * 0.26);
                  const x = (bars - levels.value.length + at) * 4 + 2;
                  return `M${x} ${14 - size / 2}v${size}`;
                })
                .join('')}
            />
          </svg>
        </>
      )}
      <button
        ref={sendButton}
        type="button"
        class="send"
        aria-label={t('recordSend')}
        title={t('recordSend')}
        aria-disabled={seconds.value < 0.5}
        onClick={() => seconds.value >= 0.5 && finish(true)}
      >
        <Icon name="send" size={22} flip />
      </button>
    </div>
  );
}

/** Loudness heard, as the 64 values WhatsApp draws. */
function toWaveform(heard: readonly number[]): string {
  const values = Array.from({ length: 64 }, (_, at) => heard[Math.floor((at / 64) * heard.length)] ?? 0);
  return btoa(String.fromCharCode(...values));
}
