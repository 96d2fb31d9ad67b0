import { batch } from '@preact/signals';
import type { JSX } from 'preact';
import type { OutgoingFile } from '../../model/outbox.ts';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { IconButton } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { Drawing } from '../drawing.tsx';
import { bytesText } from './measures.ts';
import { Sheet } from './sheet.tsx';
import { refused, stage } from './staged.ts';

/** The files about to be sent: looked at, taken out, given a caption. */
export function FilesSheet({ chatId, onSent }: { chatId: number; onSent: () => void }): JSX.Element | null {
  const { model } = useRoom();
  const { talk } = model;
  const files = talk.staged.value.get(chatId) ?? [];
  const caption = talk.captions.value.get(chatId) ?? '';
  const troubles = refused.value?.chatId === chatId ? refused.value.troubles : [];
  if (!files.length && !troubles.length) return null;
  const stageAgain = (left: readonly OutgoingFile[]): void =>
    batch(() => {
      refused.value = null;
      talk.setStaged(chatId, left);
    });
  const send = (): void => {
    // Kept as unsent before they are no longer kept as chosen: whenever the page goes away, they are one of the two.
    batch(() => {
      files.forEach((file, index) => model.send(chatId, index ? '' : caption, { file }));
      stageAgain([]);
    });
    onSent();
  };
  const [only] = files;
  const isLarge = files.length === 1 && only?.as === 'image';
  return (
    <Sheet
      title={t('filesTitle', { n: files.length })}
      onClose={() => stageAgain([])}
      isOfComposer
      footer={
        <>
          <button type="button" class="plain" onClick={() => stageAgain([])}>
            {t('cancel')}
          </button>
          <button type="button" class="primary" disabled={!files.length} onClick={send}>
            <Icon name="send" size={18} flip /> {t('send')}
          </button>
        </>
      }
    >
      {troubles.map((trouble) => (
        <p key={trouble} class="trouble" role="alert">
          {trouble}
        </p>
      ))}
      {model.keepTrouble.value && files.length > 0 && <p class="quiet">{t('filesUnkept')}</p>}
      <div class={`staged${isLarge ? ' large' : ''}`}>
        {files.map((file) => (
          <Row
            key={keyOf(file)}
            file={file}
            onRemove={() => stageAgain(files.filter((other) => other !== file))}
          />
        ))}
      </div>
      <label class="plain add-file">
        <Icon name="plus" size={18} /> {t('addFile')}
        <input
          type="file"
          multiple
          class="unseen"
          onChange={(event) => {
            const asDocument = only?.as === 'document';
            void stage(talk, chatId, Array.from(event.currentTarget.files ?? []), asDocument);
            event.currentTarget.value = '';
          }}
        />
      </label>
      {files.length > 0 && (
        <input
          type="text"
          value={caption}
          onInput={(event) => talk.setCaption(chatId, event.currentTarget.value)}
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

/** A file stays the same thing while others come and go. */
const keys = new WeakMap<OutgoingFile, number>();
let lastKey = 0;
function keyOf(file: OutgoingFile): number {
  if (!keys.has(file)) keys.set(file, ++lastKey);
  return keys.get(file)!;
}

function Row({ file, onRemove }: { file: OutgoingFile; onRemove: () => void }): JSX.Element {
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
      <IconButton icon="close" label={t('removeFile', { name: file.name })} onClick={onRemove} />
    </div>
  );
}
