/** Which token is read on which, and how well: 4.5 is text, 3 is a border or a drawing (WCAG 2.2 AA). */
export const pairs: readonly (readonly [ink: string, paper: string, ratio: number])[] = [
  ...['surface', 'raised', 'sunken', 'hover', 'chat', 'mine', 'theirs'].map(
    (paper) => ['text', paper, 4.5] as const,
  ),
  ...['surface', 'raised', 'sunken', 'hover', 'chat', 'theirs'].map(
    (paper) => ['muted', paper, 4.5] as const,
  ),
  ...['surface', 'raised', 'sunken', 'hover', 'accent-soft'].map((paper) => ['accent', paper, 4.5] as const),
  ['accent-strong', 'surface', 4.5],
  ['accent-strong', 'accent-soft', 4.5],
  ['on', 'accent', 4.5],
  ['on', 'accent-strong', 4.5],
  ['text', 'accent-soft', 4.5],
  ['mine-meta', 'mine', 4.5],
  ...['mine', 'theirs'].map((paper) => ['link', paper, 4.5] as const),
  ['read', 'mine', 3],
  ['read', 'surface', 3],
  ['field-line', 'surface', 3],
  ['field-line', 'raised', 3],
  ['danger', 'surface', 4.5],
  ['danger', 'danger-soft', 4.5],
  ['danger', 'raised', 4.5],
  ['warn', 'warn-soft', 4.5],
  ['text', 'danger-soft', 4.5],
];
