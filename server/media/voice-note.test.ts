import fc from 'fast-check';
import { expect, test } from 'vitest';
import { samplesOf, writeOggOpus } from './ogg-opus.ts';
import { sniff } from './sniff.ts';
import { readWebmOpus } from './webm-opus.ts';

const head = Buffer.concat([Buffer.from('OpusHead'), Buffer.from([1, 1, 56, 1, 128, 187, 0, 0, 0, 0, 0])]);

test('a packet tells how long it plays', () => {
  // SILK 60 ms, hybrid 20 ms, CELT 2.5 ms; two frames; three frames.
  expect([0x18, 0x68, 0x80].map((toc) => samplesOf(Uint8Array.of(toc)))).toEqual([2_880, 960, 120]);
  expect(samplesOf(Uint8Array.of(0x69))).toBe(1_920);
  expect(samplesOf(Uint8Array.of(0x6b, 3))).toBe(2_880);
  // More than 120 ms, or nothing.
  expect(samplesOf(Uint8Array.of(0x1b, 10))).toBeUndefined();
  expect(samplesOf(Uint8Array.of(0x6b))).toBeUndefined();
  expect(samplesOf(Uint8Array.of())).toBeUndefined();
});

test('pages hold whole packets, are numbered, end in time, and the last one says so', () => {
  const packets = [10, 254, 255, 256, 1_000].map((length) => Buffer.alloc(length, 0x68));
  const many = Array.from({ length: 200 }, (_, n) => packets[n % packets.length]!);
  const ogg = Buffer.from(writeOggOpus({ head, packets: many })!);
  expect(sniff(ogg)).toBe('audio/ogg; codecs=opus');
  const pages: { flags: number; position: bigint; number: number }[] = [];
  const read: number[] = [];
  let length = 0;
  for (let at = 0; at < ogg.length;) {
    expect(ogg.toString('latin1', at, at + 4)).toBe('OggS');
    pages.push({
      flags: ogg[at + 5]!,
      position: ogg.readBigUInt64LE(at + 6),
      number: ogg.readUInt32LE(at + 18),
    });
    const table = [...ogg.subarray(at + 27, at + 27 + ogg[at + 26]!)];
    for (const part of table) {
      length += part;
      if (part < 255) {
        read.push(length);
        length = 0;
      }
    }
    expect(length).toBe(0);
    at += 27 + table.length + table.reduce((sum, part) => sum + part, 0);
  }
  expect(read.slice(2)).toEqual(many.map((packet) => packet.length));
  expect(pages.map(({ number }) => number)).toEqual(pages.map((_, n) => n));
  expect(pages.map(({ flags }) => flags)).toEqual([2, ...Array<number>(pages.length - 2).fill(0), 4]);
  expect(pages.at(-1)!.position).toBe(200n * 960n);
});

test('the checksum is that of the format', () => {
  // A page as every Opus file begins with, and the checksum other programs give it.
  const ogg = Buffer.from(writeOggOpus({ head, packets: [Buffer.of(0x68)] })!);
  const page = Buffer.from(ogg.subarray(0, 28 + head.length));
  const told = page.readUInt32LE(22);
  page.writeUInt32LE(0, 22);
  let value = 0;
  for (const byte of page) {
    value ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  }
  expect(told).toBe(value >>> 0);
});

test('whatever the bytes, nothing is thrown and nothing is made up', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(readWebmOpus(bytes)).toBeUndefined();
      readWebmOpus(Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x80]), bytes]));
    }),
  );
});
