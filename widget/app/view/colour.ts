/** A colour as sRGB, each 0…255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Relative luminance of WCAG, 0…1. */
export function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of WCAG, 1…21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

/** `share` of the second colour in the first. */
export function mix(one: Rgb, other: Rgb, share: number): Rgb {
  return one.map((part, index) => Math.round(part + (other[index]! - part) * share)) as unknown as Rgb;
}

const black: Rgb = [0, 0, 0];
const white: Rgb = [255, 255, 255];

/** Black or white, whichever is read more easily on this. */
export function inkOn(paper: Rgb): Rgb {
  return contrast(white, paper) >= contrast(black, paper) ? white : black;
}

/** The colour itself, or the nearest towards black or white that reaches `ratio` on every one of the papers. */
export function readable(colour: Rgb, papers: readonly Rgb[], ratio: number): Rgb {
  const fits = (one: Rgb): boolean => papers.every((paper) => contrast(one, paper) >= ratio);
  const towards = inkOn(papers[0] ?? white);
  for (let share = 0; share < 1; share += 0.05) {
    const one = mix(colour, towards, share);
    if (fits(one)) return one;
  }
  return towards;
}

export function hex(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
