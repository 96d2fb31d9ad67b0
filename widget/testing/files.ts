import { crc32, deflateSync } from 'node:zlib';

/** A PNG of soft hills under a sky, made here so that no picture has to be kept. */
export function aPicture(width: number, height: number, hue = 0): Buffer {
  const lines = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ridge = (n: number): number =>
        height * (0.45 + n * 0.2) + Math.sin((x / width) * (5 + n * 3) + n * 2 + hue) * height * 0.09;
      const layer = [2, 1, 0].find((n) => y > ridge(n));
      const sky = y / height;
      const [r, g, b] =
        layer === undefined
          ? [250 - sky * 60, 190 + sky * 40 - hue * 9, 150 + sky * 90]
          : [60 - layer * 18 + hue * 12, 120 - layer * 30, 110 - layer * 22];
      lines.set([r!, g!, b!], y * (1 + width * 3) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const all = Buffer.alloc(body.length + 8);
  all.writeUInt32BE(content.length, 0);
  body.copy(all, 4);
  all.writeUInt32BE(crc32(body), body.length + 4);
  return all;
}

/** A WAV of a quiet tone. */
export function aSound(seconds: number): Buffer {
  const rate = 8_000;
  const samples = Math.round(seconds * rate);
  const all = Buffer.alloc(44 + samples * 2);
  all.write('RIFF', 0);
  all.writeUInt32LE(36 + samples * 2, 4);
  all.write('WAVEfmt ', 8);
  all.writeUInt32LE(16, 16);
  all.writeUInt16LE(1, 20);
  all.writeUInt16LE(1, 22);
  all.writeUInt32LE(rate, 24);
  all.writeUInt32LE(rate * 2, 28);
  all.writeUInt16LE(2, 32);
  all.writeUInt16LE(16, 34);
  all.write('data', 36);
  all.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at++) all.writeInt16LE(Math.round(Math.sin(at / 6) * 2_000), 44 + at * 2);
  return all;
}

/** Sixty-four loudnesses as WhatsApp gives them. */
export function aWaveform(): string {
  return Buffer.from(
    Array.from(
      { length: 64 },
      (_, at) => Math.round(Math.abs(Math.sin(at * 0.9) * Math.sin(at * 0.17)) * 92) + 6,
    ),
  ).toString('base64');
}
