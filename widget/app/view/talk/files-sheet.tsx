import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { IconButton } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { Drawing } from './drawing.tsx';
import { bytesText } from './measures.ts';
import { Sheet } from './sheet.tsx';
import { stage, staged, unstage, type Staged } from './staged.ts';

/** The files about to be sent: looked at, taken out, given a caption. */
export function FilesSheet({ chatId, onSent }: { chatId: number; onSent: () => void }): JSX.Element | null {
  const { model } = useRoom();
  const caption = useRef<HTMLInputElement>(null);
  const now = staged.value;
  if (now?.chatId !== chatId) return null;
  const close = (): void => void (staged.value = null);
  const send = (): void => {
    const text = caption.current?.value ?? '';
    close();
    now.files.forEach(({ file }, index) => model.send(chatId, index ? '' : text, { file }));
    onSent();
  };
  const [only] = now.files;
  const isLarge = now.files.length === 1 && only?.file.as === 'image';
  return (
    <Sheet
      title={t('filesTitle', { n: now.files.length })}
      onClose={close}
      isOfComposer
      footer={
        <>
          <button type="button" class="plain" onClick={close}>
            {t('cancel')}
          </button>
          <button type="button" class="primary" disabled={!now.files.length} onClick={send}>
            <Icon name="send" size={18} flip /> {t('send')}
          </button>
        </>
      }
    >
      {now.troubles.map((trouble) => (
        <p key={trouble} class="trouble" role="alert">
          {trouble}
        </p>
      ))}
      <div class={`staged${isLarge ? ' large' : ''}`}>
        {now.files.map((one) => (
          <Row key={one.id} one={one} />
        ))}
      </div>
      <label class="plain add-file">
        <Icon name="plus" size={18} /> {t('addFile')}
        <input
          type="file"
          multiple
          class="unseen"
          onChange={(event) => {
            void stage(chatId, Array.from(event.currentTarget.files ?? []), only?.file.as === 'document');
            event.currentTarget.value = '';
          }}
        />
      </label>
      {now.files.length > 0 && (
        <input
          ref={caption}
          type="text"
          data-first
          dir="auto"
          maxLength={1_024}
          aria-label={t('caption')}
          placeholder={t('captionHint')}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return;
            event.preventDefault();
            send();
          }}
        />
      )}
    </Sheet>
  );
}

function Row({ one }: { one: Staged }): JSX.Element {
  const { file } = one;
  const icon = file.as === 'video' ? 'video' : file.as === 'audio' ? 'voice' : 'document';
  return (
    <div class="staged-row">
      {file.as === 'image' ? (
        <Drawing blob={file.blob} />
      ) : (
        <span class="placeholder-icon">
          <Icon name={icon} />
        </span>
      )}
      <span class="grow">
        <b class="ellipsis" dir="auto">
          {file.name}
        </b>
        <small>{bytesText(file.blob.size)}</small>
      </span>
      <IconButton icon="close" label={t('removeFile', { name: file.name })} onClick={() => unstage(one.id)} />
    </div>
  );
}
