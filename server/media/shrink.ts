import sharp, { type Sharp } from 'sharp';

/** Longest side of a small picture. */
export const smallSide = 320;
/** A picture of more than these says that it is a bomb, or is none of a chat. */
const mostPixels = 60_000_000;
const longestSeconds = 15;

/** Only what we have sniffed is ever opened: of the library's many readers the others stay shut. */
export function closeOtherReaders(): void {
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpegFile',
      'VipsForeignLoadPngFile',
      'VipsForeignLoadWebpFile',
      'VipsForeignLoadNsgifFile',
    ],
  });
}

export interface Shrunk {
  /** As it is looked at: turned as its camera says. */
  width: number;
  height: number;
  /** A file stands at `target`; false: the picture is small already. */
  isMade: boolean;
}

/**
 * Writes a small WebP of the picture in `file` to `target`: turned upright, its first image, without what its camera
 * wrote into it. Rejects for what is no picture, has too many pixels or takes too long.
 */
export async function shrink(file: string, target: string): Promise<Shrunk> {
  const picture = sharp(file, { limitInputPixels: mostPixels, sequentialRead: true, failOn: 'truncated' });
  const { autoOrient } = await picture.metadata();
  const { width, height } = autoOrient;
  if (width * height > mostPixels) throw new Error('too many pixels');
  if (Math.max(width, height) <= smallSide) return { width, height, isMade: false };
  await picture
    .autoOrient()
    .resize({ width: smallSide, height: smallSide, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 72, effort: 3 })
    .timeout({ seconds: longestSeconds })
    .toFile(target);
  return { width, height, isMade: true };
}

/** The sides of a profile picture, in lists and to be looked at. */
export const faceSide = 96;
export const portraitSide = 640;

/**
 * Writes two WebP of a profile picture: one square for lists to `face`, one to be looked at to `target`. Always made anew,
 * however small it is: nothing that a stranger has chosen is handed on. Rejects like {@link shrink}.
 */
export async function makePortrait(file: string, target: string, face: string): Promise<Shrunk> {
  const picture = sharp(file, { limitInputPixels: mostPixels, failOn: 'truncated' })
    .autoOrient()
    // What can be seen through would show the letters behind it.
    .flatten({ background: '#ffffff' });
  const { autoOrient } = await picture.metadata();
  const bounded = (made: Sharp): Sharp => made.timeout({ seconds: longestSeconds });
  const inside = {
    width: portraitSide,
    height: portraitSide,
    fit: 'inside',
    withoutEnlargement: true,
  } as const;
  await bounded(picture.clone().resize(inside).webp({ quality: 76, effort: 3 })).toFile(target);
  const square = { width: faceSide, height: faceSide, fit: 'cover' } as const;
  await bounded(picture.clone().resize(square).webp({ quality: 72, effort: 3 })).toFile(face);
  return { width: autoOrient.width, height: autoOrient.height, isMade: true };
}
