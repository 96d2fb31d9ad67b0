/** Lines of a text that belong together: a quotation, a list, or plain text. */
export interface Block {
  kind: 'text' | 'quote' | 'list' | 'numbers';
  /** Without the marks at the beginnings of the lines. For lists, one line is one item. */
  lines: string[];
  /** Of a numbered list. */
  start?: number;
}

/** Splits a text as WhatsApp does: `> quote`, `- item`, `* item`, `1. item`. Code between ``` stays whole. */
export function blocks(text: string): Block[] {
  const found: Block[] = [];
  const put = (kind: Block['kind'], line: string, start?: number): void => {
    const last = found.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else found.push({ kind, lines: [line], ...(start === undefined ? {} : { start }) });
  };
  let isCode = false;
  const fences = (line: string): number => line.split('```').length - 1;
  let left = fences(text);
  for (const line of text.split('\n')) {
    const wasCode = isCode;
    const here = fences(line);
    left -= here;
    if (here % 2 && (isCode || left > 0)) isCode = !isCode;
    const [, item] = /^[-*] (\S.*)$/.exec(line) ?? [];
    const [, quote] = /^> ?(\S.*)$/.exec(line) ?? [];
    const [, number, numbered] = /^(\d{1,3})\. (\S.*)$/.exec(line) ?? [];
    if (wasCode || isCode) put('text', line);
    else if (quote !== undefined) put('quote', quote);
    else if (item !== undefined && !isBold(line)) put('list', item);
    else if (numbered !== undefined) put('numbers', numbered, Number(number));
    else put('text', line);
  }
  return found;
}

/** `* a*` is an item that ends with a star, not a list of one bold word; WhatsApp shows it as it is written. */
function isBold(line: string): boolean {
  return line.startsWith('*') && line.endsWith('*') && line.split('*').length === 3;
}
