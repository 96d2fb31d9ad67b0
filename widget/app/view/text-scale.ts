import type { TextSize } from '../model/preferences.ts';

/** How much larger letters are; the same numbers stand in css/tokens.css as `--cd-scale`. */
export const textScale: Record<TextSize, number> = { small: 0.92, normal: 1, large: 1.15, largest: 1.35 };
