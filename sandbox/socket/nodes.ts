import type { BinaryNode } from 'baileys';

// Small words for WhatsApp's binary nodes.

export const node = (
  tag: string,
  attrs: Record<string, string | number | undefined> = {},
  content?: BinaryNode['content'],
): BinaryNode => ({
  tag,
  attrs: Object.fromEntries(
    Object.entries(attrs).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ),
  ...(content === undefined ? {} : { content }),
});

export const childrenOf = (of: BinaryNode | undefined, tag?: string): BinaryNode[] =>
  Array.isArray(of?.content) ? of.content.filter((one) => tag === undefined || one.tag === tag) : [];
export const childOf = (of: BinaryNode | undefined, tag?: string): BinaryNode | undefined =>
  childrenOf(of, tag)[0];

/** The content as bytes; empty for none. */
export function bytesOf(of: BinaryNode | undefined): Buffer {
  const content = of?.content;
  if (content === undefined || Array.isArray(content)) return Buffer.alloc(0);
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
}

/** Big-endian, as ids of keys travel. */
export function uint(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}
