import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChatExport, ExportFormat } from '../chat/work/index.ts';
import { contentDisposition, safeFileName } from '../media/index.ts';

/** Below this, in characters, pieces are gathered: a write for every Message would cost more than the Message. */
const chunk = 32 * 1024;

/** Sends an export as fast as the other side reads it and no faster; ends when they hang up. */
export async function sendExport(
  request: IncomingMessage,
  response: ServerResponse,
  { chat, pieces }: ChatExport,
  format: ExportFormat,
): Promise<void> {
  const ending = format === 'json' ? 'json' : 'txt';
  const name = safeFileName(`${chat.name || 'chat'}`) || 'chat';
  const type = format === 'json' ? 'application/json' : 'text/plain';
  response.setHeader('content-type', `${type}; charset=utf-8`);
  response.setHeader('content-disposition', contentDisposition('attachment', `${name}.${ending}`));
  response.setHeader('access-control-expose-headers', 'content-disposition');
  if (request.method === 'HEAD') return;
  const hungUp = new AbortController();
  const onClose = (): void => hungUp.abort();
  response.once('close', onClose);
  try {
    let waiting = '';
    const write = async (text: string): Promise<void> => {
      if (!response.write(text)) await once(response, 'drain', { signal: hungUp.signal });
    };
    for await (const piece of pieces) {
      if (hungUp.signal.aborted) return;
      waiting += piece;
      if (waiting.length < chunk) continue;
      await write(waiting);
      waiting = '';
    }
    if (waiting !== '') await write(waiting);
  } catch (error) {
    if (!hungUp.signal.aborted) throw error;
  } finally {
    response.off('close', onClose);
  }
}
