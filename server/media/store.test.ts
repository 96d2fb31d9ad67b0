import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import { describeStore } from './conformance.ts';
import { DiskStore } from './disk.ts';
import { S3Store } from './s3.ts';
import { signRequest } from './sigv4.ts';
import { Spool, TooLarge } from './spool.ts';
import { StoreUnavailable } from './store.ts';
import { StandInS3 } from './testing-s3.ts';

async function s3ForTest(clock: ManualClock) {
  const service = new StandInS3();
  service.now = () => clock.now();
  const endpoint = await service.listen();
  const store = new S3Store({ ...service.key, endpoint, bucket: 'files', prefix: 'chat/dock/', clock });
  return { service, store, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

async function folderForTest() {
  const folder = await mkdtemp(join(tmpdir(), 'chatdock-media-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

describeStore('disk', async (folder, clock) => ({
  store: await DiskStore.open(folder, clock),
  [Symbol.asyncDispose]: async () => undefined,
}));
describeStore('s3', (_folder, clock) => s3ForTest(clock));

test('the disk store and the spool are for their owner alone', async () => {
  await using f = await folderForTest();
  const clock = new ManualClock();
  const store = await DiskStore.open(join(f.folder, 'store'), clock);
  const spool = await Spool.open(join(f.folder, 'spool'), clock);
  const measured = await spool.receive(Readable.from([Buffer.from('x')]), { largest: 10 });
  await store.put(measured);
  for (const path of ['store', 'spool', `store/${measured.digest.slice(0, 2)}`]) {
    expect((await stat(join(f.folder, path))).mode & 0o777, path).toBe(0o700);
  }
  expect((await stat(store.localPath(measured.digest))).mode & 0o777).toBe(0o600);
  expect(await readdir(join(f.folder, 'spool'))).toEqual([]);
});

test('a stream that is too large, breaks or is stopped leaves no file in the spool', async () => {
  await using f = await folderForTest();
  const spool = await Spool.open(f.folder, new ManualClock());
  async function* endless() {
    for (;;) yield Buffer.alloc(1_000);
  }
  async function* broken() {
    yield Buffer.from('half of it');
    throw new Error('the line went dead');
  }
  await expect(spool.receive(endless(), { largest: 100_000 })).rejects.toThrow(TooLarge);
  await expect(spool.receive(broken(), { largest: 100 })).rejects.toThrow('dead');
  const stop = new AbortController();
  const onBytes = (size: number): void => {
    if (size > 5_000) stop.abort(new Error('stopped'));
  };
  await expect(spool.receive(endless(), { largest: 1e9, signal: stop.signal, onBytes })).rejects.toThrow(
    'stopped',
  );
  expect(await readdir(f.folder)).toEqual([]);
});

test('what another program wrote is measured only when it is a plain file of bearable size', async () => {
  await using f = await folderForTest();
  await mkdir(join(f.folder, 'spool'));
  const spool = await Spool.open(join(f.folder, 'spool'), new ManualClock());
  const secret = join(f.folder, 'secret');
  await writeFile(secret, 'not yours');
  const [link, large, plain] = [spool.newPath(), spool.newPath(), spool.newPath()];
  await symlink(secret, link);
  await writeFile(large, Buffer.alloc(101));
  await writeFile(plain, 'abc');
  await expect(spool.measure(link, { largest: 100 })).rejects.toThrow();
  await expect(spool.measure(large, { largest: 100 })).rejects.toThrow(TooLarge);
  await expect(spool.measure(spool.newPath(), { largest: 100 })).rejects.toThrow();
  expect(await spool.measure(plain, { largest: 100 })).toMatchObject({
    digest: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    size: 3,
  });
  expect(await readdir(join(f.folder, 'spool'))).toEqual([plain.split('/').at(-1)]);
  expect((await stat(secret)).size).toBe(9);
});

test('files that a killed process left in the spool go on the next start, fresh ones stay', async () => {
  await using f = await folderForTest();
  await writeFile(join(f.folder, 'left'), 'x');
  const clock = new ManualClock(Date.now());
  await Spool.open(f.folder, clock);
  expect(await readdir(f.folder)).toEqual(['left']);
  await clock.advance(25 * 3_600_000);
  await Spool.open(f.folder, clock);
  expect(await readdir(f.folder)).toEqual([]);
});

test('requests are signed as in the published examples of Signature Version 4 for S3', () => {
  const key = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    region: 'us-east-1',
  };
  const at = new Date('2013-05-24T00:00:00Z');
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const signature = (method: string, path: string, headers = {}, payloadDigest = empty): string =>
    signRequest(key, {
      method,
      url: new URL(path, 'https://examplebucket.s3.amazonaws.com'),
      headers,
      payloadDigest,
      at,
    })['authorization']!.split('Signature=')[1]!;
  expect(signature('GET', '/test.txt', { Range: 'bytes=0-9' })).toBe(
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
  expect(
    signature(
      'PUT',
      '/test$file.text',
      { Date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    ),
  ).toBe('98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
  expect(signature('GET', '/?lifecycle')).toBe(
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  );
  expect(signature('GET', '/?max-keys=2&prefix=J')).toBe(
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  );
});

test('an object service that refuses, fails or is away is "not now", and its words go nowhere', async () => {
  const clock = new ManualClock();
  await using s3 = await s3ForTest(clock);
  await using f = await folderForTest();
  const spool = await Spool.open(f.folder, clock);
  const measured = await spool.receive(Readable.from([Buffer.from('abc')]), { largest: 10 });
  for (const status of [403, 500, 503]) {
    s3.service.failures.push(status, status);
    await expect(s3.store.put(measured)).rejects.toThrow(StoreUnavailable);
    await expect(s3.store.open(measured.digest)).rejects.toThrow(StoreUnavailable);
  }
  s3.service.failures.push(307);
  await expect(s3.store.put(measured)).rejects.toThrow(StoreUnavailable);
  await s3.store.put(measured);
  expect(s3.service.refused).toEqual([]);
  expect([...s3.service.objects.keys()]).toEqual([`/files/chat/dock/${measured.digest}`]);
  await s3.service[Symbol.asyncDispose]();
  await expect(s3.store.open(measured.digest)).rejects.toThrow(StoreUnavailable);
});

test('with another key the object service gives nothing', async () => {
  const clock = new ManualClock();
  await using s3 = await s3ForTest(clock);
  s3.service.key.secretKey = 'another';
  await expect(s3.store.open('a'.repeat(64))).rejects.toThrow(StoreUnavailable);
  expect(s3.service.refused).toEqual(['the signature is wrong']);
});
