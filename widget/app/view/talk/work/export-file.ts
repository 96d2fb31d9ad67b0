import type { Chat } from '../../../../../server/contract/wire.ts';
import type { Model } from '../../../model/model.ts';
import { chatName } from '../../chat-row.tsx';

/** Brings the whole Chat and hands it to the browser as a download. */
export async function saveExport(
  model: Model,
  chat: Chat,
  format: 'json' | 'text',
  withNotes: boolean,
): Promise<void> {
  const file = await model.work.exported(chat.id, format, withNotes);
  if (!file) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `${chatName(chat).replaceAll(/[\p{Cc}\p{Cf}/\\<>:"|?*]/gu, '_')}.${format === 'json' ? 'json' : 'txt'}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
