/**
 * What a file is by its first bytes, whatever it calls itself. `application/octet-stream` for everything that is not
 * surely one of ours: HTML, SVG, XML, scripts and plain text are never recognised, on purpose.
 */
export function sniff(head: Uint8Array): string {
  const b = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const ascii = (start: number, end: number): string => b.toString('latin1', start, end);
  const begins = (...bytes: number[]): boolean => bytes.every((byte, i) => b[i] === byte);

  if (begins(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (/^GIF8[79]a$/.test(ascii(0, 6))) return 'image/gif';
  if (ascii(0, 4) === 'RIFF') {
    if (ascii(8, 12) === 'WEBP') return 'image/webp';
    if (ascii(8, 12) === 'WAVE') return 'audio/wav';
    return unknownType;
  }
  if (ascii(4, 8) === 'ftyp') return byBrand(ascii(8, 12));
  if (begins(0x1a, 0x45, 0xdf, 0xa3))
    return ascii(0, 128).includes('webm') ? 'video/webm' : 'video/x-matroska';
  if (ascii(0, 4) === 'OggS') return byOggPage(ascii(0, 128));
  if (ascii(0, 3) === 'ID3') return 'audio/mpeg';
  if (ascii(0, 6) === '#!AMR\n') return 'audio/amr';
  if (ascii(0, 4) === 'fLaC') return 'audio/flac';
  if (isMpegAudio(b)) return b[1]! & 0x06 ? 'audio/mpeg' : 'audio/aac';
  if (ascii(0, 5) === '%PDF-') return 'application/pdf';
  if (begins(0x50, 0x4b, 0x03, 0x04)) return byZipEntries(b.toString('latin1'));
  if (begins(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)) return 'application/x-ole-storage';
  return unknownType;
}

export const unknownType = 'application/octet-stream';

const office = 'application/vnd.openxmlformats-officedocument.';
export const officeTypes = {
  docx: `${office}wordprocessingml.document`,
  xlsx: `${office}spreadsheetml.sheet`,
  pptx: `${office}presentationml.presentation`,
};

/** ISO base media: the brand tells the family. */
function byBrand(brand: string): string {
  if (/^M4[AB] $/.test(brand)) return 'audio/mp4';
  if (/^3g[2ps]/.test(brand)) return 'video/3gpp';
  if (brand === 'qt  ') return 'video/quicktime';
  if (/^(avif|avis)$/.test(brand)) return 'image/avif';
  if (/^(heic|heix|hevc|hevx|heim|heis|mif1|msf1)$/.test(brand)) return 'image/heic';
  if (/^(isom|iso\d|mp4[12]|avc1|dash|M4V |M4VP|mmp4|MSNV|f4v )$/.test(brand)) return 'video/mp4';
  return unknownType;
}

function byOggPage(page: string): string {
  if (page.includes('OpusHead')) return 'audio/ogg; codecs=opus';
  if (['\u0001vorbis', 'Speex   ', '\u007fFLAC'].some((mark) => page.includes(mark))) return 'audio/ogg';
  return page.includes('\x80theora') ? 'video/ogg' : unknownType;
}

/** A frame of MPEG audio (layers 1 to 3) or of AAC in ADTS: 11 or 12 set bits, then values that may be. */
function isMpegAudio(b: Buffer): boolean {
  if (b.length < 4 || b[0] !== 0xff || (b[1]! & 0xe0) !== 0xe0) return false;
  const layer = b[1]! & 0x06;
  // Layer 0 is ADTS, which has four more set bits.
  if (layer === 0) return (b[1]! & 0xf0) === 0xf0 && (b[2]! & 0x3c) >> 2 < 13;
  const isReservedVersion = (b[1]! & 0x18) === 0x08;
  return !isReservedVersion && (b[2]! & 0xf0) !== 0xf0 && (b[2]! & 0x0c) !== 0x0c;
}

function byZipEntries(head: string): string {
  // The first entry of an office file is its list of types; of what follows, one folder tells which it is.
  if (!/^.{26,46}(\[Content_Types\]\.xml|_rels\/|docProps\/|word\/|xl\/|ppt\/)/s.test(head.slice(0, 80))) {
    return 'application/zip';
  }
  for (const [folder, type] of [
    ['word/', officeTypes.docx],
    ['xl/', officeTypes.xlsx],
    ['ppt/', officeTypes.pptx],
  ] as const) {
    if (head.includes(folder)) return type;
  }
  return 'application/zip';
}
