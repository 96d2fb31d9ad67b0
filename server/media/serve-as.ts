import { officeTypes, unknownType } from './sniff.ts';

/** Types that a browser shows without running anything, with the endings their names may have. */
const inline: Readonly<Record<string, readonly string[]>> = {
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'],
  'image/png': ['png'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'video/mp4': ['mp4', 'm4v'],
  'video/webm': ['webm'],
  'video/3gpp': ['3gp', '3g2', '3gpp'],
  'video/ogg': ['ogv', 'ogg'],
  'audio/mp4': ['m4a', 'm4b', 'mp4', 'aac'],
  'audio/webm': ['weba', 'webm'],
  'audio/ogg': ['ogg', 'oga', 'opus'],
  'audio/mpeg': ['mp3', 'mpga'],
  'audio/aac': ['aac'],
  'audio/wav': ['wav'],
};

/** Types that programs open after a download; a browser never shows them from here. */
const downloads: Readonly<Record<string, readonly string[]>> = {
  'application/pdf': ['pdf'],
  [officeTypes.docx]: ['docx'],
  [officeTypes.xlsx]: ['xlsx'],
  [officeTypes.pptx]: ['pptx'],
  'application/zip': ['zip'],
};

/** Claims that are never shown inline, whatever the bytes look like: a file that is two things at once says so here. */
const dangerousClaim = /html|xml|svg|script|ecma|x-sh|x-msdownload|x-httpd|wasm|flash/i;

export interface ServeAs {
  type: string;
  disposition: 'inline' | 'attachment';
  /** Endings the name may have as it stands; the first is added to any other. Empty: whatever it has. */
  endings: readonly string[];
}

/**
 * How a file is answered: by what its bytes are, never by what it calls itself. Inline only what is on the list and does
 * not call itself something that runs.
 */
export function serveAs(claimed: string, sniffed: string): ServeAs {
  const type = soundOnly(essence(claimed), essence(sniffed));
  const endings = inline[type];
  if (endings && !dangerousClaim.test(claimed)) {
    const full = type === essence(sniffed) ? sniffed : type;
    return { type: full, disposition: 'inline', endings };
  }
  const known = downloads[type];
  if (known && !dangerousClaim.test(claimed)) return { type, disposition: 'attachment', endings: known };
  return { type: unknownType, disposition: 'attachment', endings: [] };
}

/** The same container holds films and sound; the claim may say that there is only sound. */
function soundOnly(claimed: string, sniffed: string): string {
  if (sniffed === 'video/mp4' && /^audio\/(mp4|x-m4a|aac|m4a)$/.test(claimed)) return 'audio/mp4';
  if (sniffed === 'video/webm' && claimed === 'audio/webm') return 'audio/webm';
  return sniffed;
}

export function essence(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase();
}
