import { batch, signal } from '@preact/signals';
import type { OutgoingFile } from '../../model/outbox.ts';
import type { Talk } from '../../model/talk.ts';
import { t } from '../../text/text.ts';
import { bytesText } from './measures.ts';

const mb = 1024 * 1024;
/** Larger ones, bytes, WhatsApp takes only as documents. */
const pictureMost = 16 * mb;
const videoMost = 64 * mb;
const documentMost = 2_000 * mb;

/** Why something chosen just now is not taken. */
export const refused = signal<{ chatId: number; troubles: readonly string[] } | null>(null);

/** Takes files in: from a button, the clipboard or by dropping. `asDocument`: as they are, not as pictures. */
export async function stage(
  talk: Talk,
  chatId: number,
  files: readonly File[],
  asDocument: boolean,
): Promise<void> {
  // What is chosen now is what reasons are told of; looking at pictures takes a while, and others may be chosen meanwhile.
  refused.value = null;
  const troubles: string[] = [];
  const taken: OutgoingFile[] = [];
  for (const file of files) {
    const name = file.name || `${file.type.split('/')[0] || 'file'}.${file.type.split('/')[1] ?? 'bin'}`;
    if (!file.size) troubles.push(t('fileEmpty', { name }));
    else if (file.size > documentMost)
      troubles.push(t('fileTooLarge', { name, size: bytesText(documentMost) }));
    else taken.push(await toOutgoing(file, name, asDocument));
  }
  batch(() => {
    if (troubles.length)
      refused.value = { chatId, troubles: [...(refused.peek()?.troubles ?? []), ...troubles] };
    if (taken.length) talk.setStaged(chatId, [...(talk.staged.peek().get(chatId) ?? []), ...taken]);
  });
}

async function toOutgoing(file: File, name: string, asDocument: boolean): Promise<OutgoingFile> {
  const made: OutgoingFile = {
    blob: file,
    name,
    mime: file.type || 'application/octet-stream',
    as: asDocument ? 'document' : kindOf(file),
    seconds: null,
    width: null,
    height: null,
    waveform: null,
    progress: signal(0),
  };
  if (made.as !== 'image') return made;
  try {
    const picture = await createImageBitmap(file);
    const { width, height } = picture;
    picture.close();
    return { ...made, width, height };
  } catch {
    // What the browser cannot draw WhatsApp may not either: as a file it arrives in any case.
    return { ...made, as: 'document' };
  }
}

function kindOf({ type, size }: File): OutgoingFile['as'] {
  if (/^image\/(jpeg|png|webp)$/.test(type) && size <= pictureMost) return 'image';
  if (/^video\/(mp4|3gpp|quicktime)$/.test(type) && size <= videoMost) return 'video';
  return type.startsWith('audio/') && size <= videoMost ? 'audio' : 'document';
}
