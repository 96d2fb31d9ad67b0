import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSeal, readSealKeys, SealBroken } from './seal.ts';

const place = { table: 'webhook', row: 7, organisationId: 1 };

test('what is sealed opens in its own place only', () => {
  const seal = createSeal([randomBytes(32)]);
  const sealed = seal.seal('tiger 🐅', place);
  expect(sealed).toMatch(/^v1:[0-9a-f]{8}:[\w-]+:[\w-]+:[\w-]+$/);
  expect(seal.open(sealed, place)).toBe('tiger 🐅');
  for (const elsewhere of [
    { ...place, row: 8 },
    { ...place, organisationId: 2 },
    { ...place, table: 'setting' },
  ]) {
    expect(() => seal.open(sealed, elsewhere)).toThrow(SealBroken);
  }
});

test('a flipped bit anywhere is noticed and never becomes plain garbage', () => {
  const seal = createSeal([randomBytes(32)]);
  const parts = seal.seal('secret', place).split(':');
  for (const index of [2, 3, 4]) {
    const bytes = Buffer.from(parts[index]!, 'base64url');
    bytes[0]! ^= 1;
    const changed = parts.with(index, bytes.toString('base64url')).join(':');
    expect(() => seal.open(changed, place)).toThrow(SealBroken);
  }
  for (const text of [
    '',
    'v1',
    'v2:a:b:c:d',
    'plain',
    `${parts.join(':')}:x`,
    parts.with(3, 'AAAA').join(':'),
  ]) {
    expect(() => seal.open(text, place)).toThrow(SealBroken);
  }
});

test('a new key seals while the old one still opens, until it is taken away', () => {
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const before = createSeal([old]).seal('kept', place);
  const both = createSeal([fresh, old]);
  expect(both.open(before, place)).toBe('kept');
  expect(() => createSeal([old]).open(both.seal('new', place), place)).toThrow(SealBroken);
  expect(() => createSeal([fresh]).open(before, place)).toThrow(SealBroken);
});

test('no two sealings look alike', () => {
  const seal = createSeal([randomBytes(32)]);
  const made = new Set(Array.from({ length: 5_000 }, () => seal.seal('same', place).split(':')[2]));
  expect(made.size).toBe(5_000);
});

test('the key is made once, for its owner’s eyes only, and the same for every starter', () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'chatdock-seal-'));
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }));
  const first = readSealKeys({ secretKey: undefined, dataFolder });
  expect(readSealKeys({ secretKey: undefined, dataFolder })).toEqual(first);
  expect(readdirSync(dataFolder)).toEqual(['secret.key']);
  expect(statSync(join(dataFolder, 'secret.key')).mode & 0o777).toBe(0o600);
});

test('a given key must be 32 bytes', () => {
  const key = randomBytes(32).toString('base64');
  expect(readSealKeys({ secretKey: `${key}, ${key}`, dataFolder: '' })).toHaveLength(2);
  expect(() => readSealKeys({ secretKey: 'c2hvcnQ=', dataFolder: '' })).toThrow(/32 bytes/);
});
