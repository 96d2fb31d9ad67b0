import type { OpusTrack } from './webm-opus.ts';

// Ogg as RFC 3533 and 7845 have it: pages of segments, two of header first, each page with its place in time.

const rate = 48_000;
/** About a second of a voice. */
const mostSamples = rate;
const mostSegments = 255;
const serial = 0x43484154;
const first = 0x02;
const last = 0x04;

/** The same packets as a voice note of WhatsApp; nothing is decoded. Undefined for packets that are none of Opus. */
export function writeOggOpus({ head, packets }: OpusTrack): Uint8Array | undefined {
  const pages: Buffer[] = [pageOf([head], 0n, 0, first), pageOf([tags()], 0n, 1, 0)];
  let waiting: Uint8Array[] = [];
  let segments = 0;
  let samples = 0;
  let position = 0n;
  for (const [n, packet] of packets.entries()) {
    const length = samplesOf(packet);
    const needed = Math.floor(packet.length / 255) + 1;
    if (length === undefined || needed > mostSegments) return undefined;
    if (waiting.length > 0 && (segments + needed > mostSegments || samples + length > mostSamples)) {
      pages.push(pageOf(waiting, position, pages.length, 0));
      [waiting, segments, samples] = [[], 0, 0];
    }
    waiting.push(packet);
    segments += needed;
    samples += length;
    position += BigInt(length);
    if (n === packets.length - 1) pages.push(pageOf(waiting, position, pages.length, last));
  }
  return Buffer.concat(pages);
}

/** How long a packet plays, in samples of 48 kHz, by its first byte (RFC 6716, 3.1). */
export function samplesOf(packet: Uint8Array): number | undefined {
  const [toc, count] = packet;
  if (toc === undefined) return undefined;
  const config = toc >> 3;
  const frame =
    config < 12
      ? [480, 960, 1_920, 2_880][config & 3]!
      : config < 16
        ? [480, 960][config & 1]!
        : [120, 240, 480, 960][config & 3]!;
  const code = toc & 3;
  const frames = code === 0 ? 1 : code < 3 ? 2 : (count ?? 0) & 0x3f;
  const samples = frame * frames;
  // At most 120 ms.
  return samples > 0 && samples <= 5_760 ? samples : undefined;
}

function tags(): Buffer {
  const vendor = Buffer.from('chatdock');
  const text = Buffer.alloc(8 + 4 + vendor.length + 4);
  text.write('OpusTags');
  text.writeUInt32LE(vendor.length, 8);
  vendor.copy(text, 12);
  return text;
}

function pageOf(packets: readonly Uint8Array[], position: bigint, number: number, flags: number): Buffer {
  // A packet ends with its first segment that is not full.
  const table = packets.flatMap((packet) => [
    ...Array<number>(Math.floor(packet.length / 255)).fill(255),
    packet.length % 255,
  ]);
  const header = Buffer.alloc(27 + table.length);
  header.write('OggS');
  header[5] = flags;
  header.writeBigUInt64LE(position, 6);
  header.writeUInt32LE(serial, 14);
  header.writeUInt32LE(number, 18);
  header[26] = table.length;
  header.set(table, 27);
  const page = Buffer.concat([header, ...packets]);
  page.writeUInt32LE(checksum(page), 22);
  return page;
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** Ogg's own CRC: not turned round, begun with nothing. */
function checksum(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = ((value << 8) ^ table[(value >>> 24) ^ byte]!) >>> 0;
  return value;
}
