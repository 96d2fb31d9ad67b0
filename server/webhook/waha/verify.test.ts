import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyHmac } from './verify.ts';

const body = '{"event":"message","session":"default","engine":"WEBJS"}';
const key = 'my-secret-key';
const mac =
  '208f8a55dde9e05519e898b10b89bf0d0b3b0fdf11fdbf09b6b90476301b98d8' +
  '097c462b2b17a6ce93b6b47a136cf2e78a33a63f6752c2c1631777076153fa89';
const raw = Buffer.from(body);
const accepts = (headers: Record<string, string | string[]>): boolean => verifyHmac(raw, headers, key);

test('the documentation’s own example verifies', () => {
  expect(accepts({ 'x-webhook-hmac': mac, 'x-webhook-hmac-algorithm': 'sha512' })).toBe(true);
  expect(accepts({ 'x-webhook-hmac': mac })).toBe(true);
});

describe('attack 44: a signature is accepted in its one documented spelling', () => {
  const sha512 = createHmac('sha512', key).update(raw);
  test.each([
    ['none', {}],
    ['empty', { 'x-webhook-hmac': '' }],
    ['wrong', { 'x-webhook-hmac': mac.replace('2', '3') }],
    ['one character short', { 'x-webhook-hmac': mac.slice(1) }],
    ['one character long', { 'x-webhook-hmac': `${mac}0` }],
    ['upper-case', { 'x-webhook-hmac': mac.toUpperCase() }],
    ['base64', { 'x-webhook-hmac': sha512.digest('base64') }],
    ['prefixed', { 'x-webhook-hmac': `sha512=${mac}` }],
    ['padded', { 'x-webhook-hmac': ` ${mac}` }],
    ['with a line end', { 'x-webhook-hmac': `${mac}\n` }],
    ['no hexadecimal', { 'x-webhook-hmac': 'z'.repeat(128) }],
    ['sha256', { 'x-webhook-hmac': createHmac('sha256', key).update(raw).digest('hex') }],
    ['sha256, said so', { 'x-webhook-hmac': mac, 'x-webhook-hmac-algorithm': 'sha256' }],
    ['no algorithm', { 'x-webhook-hmac': mac, 'x-webhook-hmac-algorithm': 'none' }],
    ['twice, joined', { 'x-webhook-hmac': `${mac}, ${mac}` }],
    ['twice, as a list', { 'x-webhook-hmac': [mac, mac] }],
  ])('%s', (_what, headers: Record<string, string | string[]>) => {
    expect(accepts(headers)).toBe(false);
  });

  test('of the same JSON written again', () => {
    const again = Buffer.from(JSON.stringify(JSON.parse(body), undefined, 1));
    expect(verifyHmac(again, { 'x-webhook-hmac': mac }, key)).toBe(false);
  });

  test('an empty secret signs nothing', () => {
    const empty = createHmac('sha512', '').update(raw).digest('hex');
    expect(verifyHmac(raw, { 'x-webhook-hmac': empty }, '')).toBe(false);
  });
});
