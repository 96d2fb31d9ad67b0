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
