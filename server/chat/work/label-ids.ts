/** `chat.label_ids`: ids in order, by comma. */
export function readLabelIds(text: string): number[] {
  return text === '' ? [] : text.split(',').map(Number);
}

export function writeLabelIds(ids: Iterable<number>): string {
  return [...new Set(ids)].toSorted((a, b) => a - b).join(',');
}
