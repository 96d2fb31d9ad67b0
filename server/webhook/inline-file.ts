import type { InlineFile } from './dialect.ts';
import { boundedLine, limits } from './bounded.ts';
import { at, textAt } from './foreign.ts';
import { isBase64, mimeOf } from './media-facts.ts';
import { decodeMessage } from './message-model.ts';

/**
 * The bytes a delivery carries beside its message: `{mimetype, data, filename}`, `data` in base64. [] when there are none,
 * when they are not base64 from end to end, or when the message is none that keeps a file (opened once, a status update).
 */
export function inlineFiles(message: unknown, file: unknown): InlineFile[] {
  const data = textAt(file, 'data');
  if (data === undefined) return [];
  const mime = mimeOf(at(file, 'mimetype'));
  const name = boundedLine(at(file, 'filename'), limits.name) ?? '';
  return decodeMessage(message, { mime }).flatMap((event) => {
    if (event.kind !== 'message' || !event.media || !isBase64(data)) return [];
    const { messageId, chat, fromMe, sender } = event;
    return [
      {
        message: { messageId, chat, fromMe, ...(sender ? { participant: sender } : {}) },
        bytes: Buffer.from(data, 'base64'),
        mime: mime || event.media.mime,
        name: name || (event.media.fileName ?? ''),
      },
    ];
  });
}
