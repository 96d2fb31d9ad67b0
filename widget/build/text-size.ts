import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Sheets give the sizes of letters in px; the build makes them follow the text size an Agent chose. Fields stay at 16 px
 * or more: below that an iPhone zooms the page whenever one is touched.
 */
export function scaled(css: string): string {
  const size = (px: string): string =>
    px === '16px' ? 'max(16px, 16px * var(--cd-scale, 1))' : `calc(${px} * var(--cd-scale, 1))`;
  return css
    .replace(/(font-size:\s*)([\d.]+px)(?=\s*[;}!])/g, (_, name: string, px: string) => name + size(px))
    .replace(/(font:\s*[^;{}()]*?)\b([\d.]+px)(?=\/)/g, (_, before: string, px: string) => before + size(px));
}

/** A sheet with those it imports in their places: the bundler puts them together after its plugins have looked. */
export function whole(css: string, folder: string, read: (path: string) => string): string {
  return css.replace(/@import '(\.[^']+)';/g, (_, name: string) => {
    const path = join(folder, name);
    return whole(read(path), dirname(path), read);
  });
}

export function textSize(): Plugin {
  return {
    name: 'chatdock-text-size',
    enforce: 'pre',
    transform(code, id) {
      const [path = ''] = id.split('?');
      if (!/\/app\/view\/css\/[\w-]+\.css$/.test(path)) return null;
      const read = (imported: string): string => {
        this.addWatchFile(imported);
        return readFileSync(imported, 'utf8');
      };
      return scaled(whole(code, dirname(path), read));
    },
  };
}
