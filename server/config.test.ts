import { expect, test } from 'vitest';
import { describeVariables, readConfig } from './config.ts';

test('an empty environment is a complete configuration', () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    port: 8090,
    host: '127.0.0.1',
    databaseUrl: 'sqlite:data/chatdock.db',
    mode: 'demo',
  });
});

test('production is chosen by NODE_ENV, and the sandbox with it goes off', () => {
  expect(readConfig({ NODE_ENV: 'production' }).mode).toBe('production');
  expect(readConfig({ NODE_ENV: 'production', CHATDOCK_MODE: 'demo' }).mode).toBe('demo');
});

test('every wrong variable is named in one error', () => {
  expect(() => readConfig({ CHATDOCK_PORT: 'x', CHATDOCK_MODE: 'fast' })).toThrow(
    /CHATDOCK_PORT[\s\S]*CHATDOCK_MODE/,
  );
  expect(() => readConfig({ CHATDOCK_UPSTREAMS: '{"sandbox":' })).toThrow(/CHATDOCK_UPSTREAMS/);
});

test('an empty variable is an absent one', () => {
  expect(readConfig({ CHATDOCK_PORT: '', CHATDOCK_PUBLIC_URL: '' }).publicUrl).toBeUndefined();
});

test('every variable has a meaning to print', () => {
  for (const variable of describeVariables()) expect(variable.meaning, variable.name).not.toBe('');
});

test('files go to an S3-compatible store when one is given whole, and never half', () => {
  const keys = { CHATDOCK_S3_ACCESS_KEY: 'id', CHATDOCK_S3_SECRET_KEY: 'secret' };
  expect(readConfig({}).files).toEqual({});
  expect(readConfig({ CHATDOCK_S3: 'https://s3.example.com/files/a/b', ...keys }).files).toEqual({
    s3: {
      endpoint: 'https://s3.example.com',
      bucket: 'files',
      prefix: 'a/b/',
      region: 'us-east-1',
      accessKeyId: 'id',
      secretKey: 'secret',
    },
  });
  expect(() => readConfig({ CHATDOCK_S3: 'https://s3.example.com/files' })).toThrow(/ACCESS_KEY/);
  for (const address of [
    'files',
    'https://s3.example.com',
    'ftp://s3.example.com/files',
    'https://a:b@s3.example.com/files',
    'https://s3.example.com/files?x=1',
    'https://s3.example.com/files/a b',
    'https://s3.example.com/FILES',
  ]) {
    expect(() => readConfig({ CHATDOCK_S3: address, ...keys }), address).toThrow(/CHATDOCK_S3/);
  }
  expect(readConfig({ CHATDOCK_LARGEST_FILE: '16' }).largestFile).toBe(16 * 1024 * 1024);
});
