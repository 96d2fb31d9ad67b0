import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import { createMediaAddresses, type MediaGrant } from './media-address.ts';

const grant: MediaGrant = { mediaId: 41, organisationId: 7, variant: 'original', holder: 'key:9' };

test('an address opens what it was made for, for ten to fifteen minutes', async () => {
  const clock = new ManualClock();
  const addresses = createMediaAddresses({ keys: [randomBytes(32)], clock });
  const { path, expiresAt } = addresses.sign(grant);
  expect(addresses.verify(path)).toEqual({ ...grant, download: false, expiresAt });
  expect(addresses.verify(`${path}&d=1`)).toMatchObject({ ...grant, download: true });
  expect(expiresAt - clock.now()).toBeGreaterThan(599_999);
  expect(expiresAt - clock.now()).toBeLessThanOrEqual(900_000);
  await clock.advance(expiresAt - clock.now() - 1);
  expect(addresses.verify(path)).toBeDefined();
  await clock.advance(1);
  expect(addresses.verify(path)).toBeUndefined();
});

test('the same file has the same address for a while, so that a browser keeps it', async () => {
  const clock = new ManualClock(Math.ceil(1_795_000_000_000 / 300_000) * 300_000);
  const addresses = createMediaAddresses({ keys: [randomBytes(32)], clock });
  const { path } = addresses.sign(grant);
  await clock.advance(299_999);
  expect(addresses.sign(grant).path).toBe(path);
  await clock.advance(1);
  expect(addresses.sign(grant).path).not.toBe(path);
  expect(addresses.verify(path)).toBeDefined();
});

test('any change of id, variant, Organisation, holder, time or code is refused', () => {
  const clock = new ManualClock();
  const addresses = createMediaAddresses({ keys: [randomBytes(32)], clock });
  const { path } = addresses.sign(grant);
  for (const altered of [
    path.replace('/41', '/42'),
    path.replace('/41', '/041'),
    path.replace('v=o', 'v=t'),
    path.replace('o=7', 'o=8'),
    path.replace('h=key:9', 'h=key:8'),
    path.replace('&h=key:9', ''),
    path.replace(/e=(\d+)/, (_, e: string) => `e=${Number(e) + 3_600}`),
    path.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    path.replace(/&k=.*/, ''),
    path.replace(/k=.*/, 'k='),
    `${path}&v=t`,
    `${path}&d=2`,
    `${path}#x`,
    path.replace('/media/41', '/media/41/../42'),
    path.replace('/media/41', '/media/%34%31'),
  ]) {
    expect(addresses.verify(altered), altered).toBeUndefined();
  }
});

test('an address made with another key is refused; with a replaced key it lives on', () => {
  const clock = new ManualClock();
  const [old, next] = [randomBytes(32), randomBytes(32)];
  const before = createMediaAddresses({ keys: [old], clock });
  const after = createMediaAddresses({ keys: [next, old], clock });
  expect(after.verify(before.sign(grant).path)).toMatchObject(grant);
  expect(before.verify(after.sign(grant).path)).toBeUndefined();
});

test('no text of a stranger opens anything, and none makes it throw', () => {
  const addresses = createMediaAddresses({ keys: [randomBytes(32)], clock: new ManualClock() });
  fc.assert(fc.property(fc.string(), (text) => addresses.verify(`/media/${text}`) === undefined));
});
