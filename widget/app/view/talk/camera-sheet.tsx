import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { Spinner } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { Sheet } from './sheet.tsx';
import { stage } from './staged.ts';

/** The camera of this machine: what is taken lies with the files about to be sent. Let go as soon as this closes. */
export function CameraSheet({ chatId, onClose }: { chatId: number; onClose: () => void }): JSX.Element {
  const { model } = useRoom();
  const video = useRef<HTMLVideoElement>(null);
  const state = useSignal<'coming' | 'seeing' | 'denied' | 'none'>('coming');
  useEffect(() => {
    let isOver = false;
    let stream: MediaStream | undefined;
    const release = (): void => stream?.getTracks().forEach((track) => track.stop());
    navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1_920 } } }).then(
      (given) => {
        stream = given;
        if (isOver) return release();
        video.current!.srcObject = given;
      },
      (error: unknown) =>
        void (state.value =
          error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'none'),
    );
    return () => {
      isOver = true;
      release();
    };
  }, []);
  const take = async (): Promise<void> => {
    const seen = video.current!;
    const canvas = new OffscreenCanvas(seen.videoWidth, seen.videoHeight);
    canvas.getContext('2d')!.drawImage(seen, 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
    await stage(model.talk, chatId, [new File([blob], `${t('type_image')}.jpg`, { type: blob.type })], false);
    onClose();
  };
  const isSeeing = state.value === 'seeing';
  return (
    <Sheet
      title={t('attachCamera')}
      onClose={onClose}
      footer={
        <button type="button" class="primary" data-first disabled={!isSeeing} onClick={() => void take()}>
          <Icon name="camera" size={18} /> {t('cameraTake')}
        </button>
      }
    >
      {state.value === 'coming' && <Spinner size={28} />}
      {(state.value === 'denied' || state.value === 'none') && (
        <p class="trouble" role="alert">
          {t(state.value === 'denied' ? 'cameraDenied' : 'cameraNone')}
        </p>
      )}
      <video
        ref={video}
        class="camera"
        autoPlay
        muted
        playsInline
        hidden={!isSeeing}
        // Before its first frame there is nothing to take.
        onLoadedData={() => (state.value = 'seeing')}
      />
    </Sheet>
  );
}
