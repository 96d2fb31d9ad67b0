import { readFileSync } from 'node:fs';
import type { SampleName } from './sample-name.ts';
import type { MessageFields } from './shapes.ts';

export interface Sample {
  /** The page's word for a message with such a file. */
  type: string;
  mimetype: string;
  filename?: string;
  data: Uint8Array;
  fields: MessageFields;
}

const kept = (name: string): Uint8Array => readFileSync(new URL(`./samples/${name}`, import.meta.url));
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** How loud a voice note is as WhatsApp draws it: 64 values 0…100. */
export const sampleWaveform = base64(
  Uint8Array.from({ length: 64 }, (_, bar) => Math.round(50 + 45 * Math.sin(bar / 3) * Math.cos(bar / 11))),
);

const makers: Record<SampleName, () => Sample> = {
  photo: () => ({
    type: 'image',
    mimetype: 'image/jpeg',
    data: kept('photo.jpg'),
    fields: { width: 480, height: 320, thumbnail: base64(kept('thumb.jpg')) },
  }),
  clip: () => ({
    type: 'video',
    mimetype: 'video/mp4',
    data: kept('clip.mp4'),
    fields: { width: 160, height: 120, duration: 2, thumbnail: base64(kept('thumb.jpg')) },
  }),
  voice: () => ({
    type: 'ptt',
    mimetype: 'audio/ogg; codecs=opus',
    data: opus(3),
    fields: { duration: 3, waveform: sampleWaveform },
  }),
  tune: () => ({ type: 'audio', mimetype: 'audio/wav', data: wave(1), fields: { duration: 1 } }),
  invoice: () => ({
    type: 'document',
    mimetype: 'application/pdf',
    filename: 'Fattura 2026-114.pdf',
    data: pdf('Fattura 2026-114'),
    fields: {},
  }),
  sticker: () => ({
    type: 'sticker',
    mimetype: 'image/webp',
    data: kept('sticker.webp'),
    fields: { width: 256, height: 256, isAnimated: false },
  }),
};
const made = new Map<SampleName, Sample>();

export const sampleNames = Object.keys(makers) as SampleName[];

/** The same bytes every time. */
export function sample(name: SampleName): Sample {
  const had = made.get(name) ?? makers[name]();
  made.set(name, had);
  return had;
}

/** One page, one line; offsets of the table are right, so readers do not have to repair it. */
function pdf(line: string): Uint8Array {
  const text = `BT /F1 24 Tf 72 720 Td (${line}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let out = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = out.length;
    out += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return String(offset).padStart(10, '0');
  });
  const table = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${at} 00000 n \n`).join('')}`;
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(out, 'latin1');
}

/** A tone, PCM of 8 kHz. */
function wave(seconds: number): Uint8Array {
  const count = 8000 * seconds;
  const out = Buffer.alloc(44 + count, 128);
  out.write('RIFF', 0);
  out.writeUInt32LE(36 + count, 4);
  out.write('WAVEfmt ', 8);
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(1, 22);
  out.writeUInt32LE(8000, 24);
  out.writeUInt32LE(8000, 28);
  out.writeUInt16LE(1, 32);
  out.writeUInt16LE(8, 34);
  out.write('data', 36);
  out.writeUInt32LE(count, 40);
  for (let index = 0; index < count; index++)
    out[44 + index] = 128 + Math.round(60 * Math.sin((index / 8000) * 2 * Math.PI * 440));
  return out;
}

/** Ogg with Opus: head, tags, then frames of 20 ms in which nobody says anything. */
function opus(seconds: number): Uint8Array {
  const head = Buffer.from('OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00', 'latin1');
  const tags = Buffer.concat([
    Buffer.from('OpusTags', 'latin1'),
    Buffer.from([7, 0, 0, 0]),
    Buffer.from('sandbox', 'latin1'),
    Buffer.from([0, 0, 0, 0]),
  ]);
  const silence = Buffer.from([0xf8, 0xff, 0xfe]);
  const perPage = 50;
  const pages = [oggPage([head], 0, 0, 2), oggPage([tags], 0, 1, 0)];
  for (let second = 0; second < seconds; second++) {
    const packets = Array.from({ length: perPage }, () => silence);
    pages.push(oggPage(packets, (second + 1) * 48_000, second + 2, second + 1 === seconds ? 4 : 0));
  }
  return Buffer.concat(pages);
}

function oggPage(packets: Buffer[], position: number, sequence: number, flags: number): Buffer {
  const head = Buffer.alloc(27);
  head.write('OggS', 0);
  head[5] = flags;
  head.writeBigUInt64LE(BigInt(position), 6);
  head.writeUInt32LE(0x5a4d_0001, 14);
  head.writeUInt32LE(sequence, 18);
  head[26] = packets.length;
  const page = Buffer.concat([head, Buffer.from(packets.map((packet) => packet.length)), ...packets]);
  page.writeUInt32LE(oggChecksum(page), 22);
  return page;
}

function oggChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    sum = (sum ^ (byte << 24)) >>> 0;
    for (let bit = 0; bit < 8; bit++) sum = (sum & 0x8000_0000 ? (sum << 1) ^ 0x04c1_1db7 : sum << 1) >>> 0;
  }
  return sum;
}
