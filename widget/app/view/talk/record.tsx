import { signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { Awaited } from './awaited.tsx';
import type * as Recorder from './recorder.tsx';

const recorder = signal<typeof Recorder | undefined>(undefined);

/** The first of these the browser can write; WhatsApp's own is ogg. None where a page may not, or a browser cannot. */
function recordable(): string | undefined {
  if (!isSecureContext || !navigator.mediaDevices || typeof MediaRecorder === 'undefined') return undefined;
  return ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus'].find((type) =>
    MediaRecorder.isTypeSupported(type),
  );
}

/** The microphone's button; what records, or says why not, comes when it is pressed first. */
export function Record({ chatId, onSent }: { chatId: number; onSent: () => void }): JSX.Element {
  const isOn = useSignal(false);
  const parts = recorder.value;
  const start = async (): Promise<void> => {
    isOn.value = true;
    try {
      recorder.value ??= await import('./recorder.tsx');
    } catch {
      // The next press asks again.
      isOn.value = false;
    }
  };
  return (
    <>
      <button
        type="button"
        class="send"
        aria-label={t('record')}
        title={t('record')}
        onClick={() => void start()}
      >
        <Icon name="voice" size={22} />
      </button>
      {isOn.value && !parts && <Awaited onLeave={() => (isOn.value = false)} />}
      {isOn.value && parts && (
        <parts.Recorder
          chatId={chatId}
          mime={recordable()}
          onSent={onSent}
          onClose={() => (isOn.value = false)}
        />
      )}
    </>
  );
}
