import { expect, test } from 'vitest';
import { lacks, mend, needsOf } from './policy.ts';

const page = 'https://crm.example';
const host = 'https://chat.example';
const needs = needsOf(host, 'shadow', page);
const lacking = (text: string): string[] =>
  lacks(text, needs, page).map(([name, sources]) => `${name} ${sources.join(' ')}`);

test('EspoCRM’s own policy lacks our origin for scripts and nothing else', () => {
  const espo =
    "script-src 'self' 'unsafe-eval' https://maps.googleapis.com; form-action 'self'; frame-ancestors 'self'";
  expect(lacking(espo)).toEqual(['script-src https://chat.example']);
  expect(mend(espo, lacks(espo, needs, page))).toBe(
    "script-src 'self' 'unsafe-eval' https://maps.googleapis.com https://chat.example; form-action 'self'; frame-ancestors 'self'",
  );
});

test('a mended policy lacks nothing, whatever it was', () => {
  for (const text of [
    "default-src 'none'",
    "default-src 'self'",
    "script-src 'nonce-abc'; connect-src 'self'; img-src data:",
    "DEFAULT-SRC 'self'; script-src 'none'",
    "script-src-elem 'self'; script-src *",
    '',
    ';;',
  ]) {
    const mended = mend(text, lacks(text, needs, page));
    expect(lacks(mended, needs, page), mended).toEqual([]);
    expect(mended).not.toMatch(/'none' https/);
  }
});

test('wildcards, schemes, ports and nonces count for what they allow', () => {
  expect(lacking('connect-src https://*.example wss://chat.example')).toEqual([]);
  expect(lacking('connect-src https:')).toEqual([]);
  expect(lacking('connect-src https://chat.example')).toEqual(['connect-src wss://chat.example']);
  expect(lacking('connect-src https://chat.example:8443 wss://chat.example:8443')).toEqual([
    'connect-src https://chat.example wss://chat.example',
  ]);
  expect(lacking("script-src 'nonce-abc'")).toEqual([]);
  expect(lacking('media-src https://chat.example')).toEqual(['media-src blob:']);
  expect(lacking('connect-src https://evilchat.example')).toHaveLength(1);
});

test('in a frame only the script and the frame are needed; on the server’s own origin only itself', () => {
  expect(needsOf(host, 'iframe', page).map(([name]) => name)).toEqual(['script-src', 'frame-src']);
  expect(lacks("default-src 'self'; media-src 'self' blob:", needsOf(page, 'shadow', page), page)).toEqual(
    [],
  );
});
