import type { IncomingMessage } from 'node:http';

/** Bytes of a page that are read at most: its head is in them, or it has none for us. */
export const largestHead = 100 * 1024;

/**
 * The beginning of a page as text, up to the end of its head. `undefined` for an answer that is no HTML, or is packed
 * although that was not asked for. What comes after is not read; the connection ends.
 */
export async function readPage(response: IncomingMessage): Promise<string | undefined> {
  const type = response.headers['content-type'] ?? '';
  const packing = response.headers['content-encoding'] ?? 'identity';
  if (!/^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i.test(type) || packing !== 'identity') {
    response.destroy();
    return undefined;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  let tail = '';
  // Leaving the loop early destroys the answer.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    const seen = tail + chunk.toString('latin1');
    if (size >= largestHead || /<\/head[\s>]|<body[\s>]/i.test(seen)) break;
    tail = seen.slice(-8);
  }
  return decode(Buffer.concat(chunks).subarray(0, largestHead), type);
}

/** As its header says, else its mark, else its first kilobyte; what is no known name is UTF-8. */
function decode(bytes: Buffer, type: string): string {
  const start = bytes.subarray(0, 1_024).toString('latin1');
  const name =
    markOf(bytes) ??
    /charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(type)?.[1] ??
    /<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(start)?.[1];
  try {
    return new TextDecoder(name ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder('utf-8').decode(bytes);
  }
}

function markOf(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : undefined;
}
