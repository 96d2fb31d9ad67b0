import { expect, test } from 'vitest';
import { readOrigin } from './origins.ts';
import { isOwnOrigin } from './own-origin.ts';

test('with a public address exactly that one is our own', () => {
  const own = { publicUrl: 'https://wa.example.com' };
  expect(isOwnOrigin('https://wa.example.com', own, 'evil.example')).toBe(true);
  for (const other of [
    'http://wa.example.com',
    'https://wa.example.com:8443',
    'https://wa.example.com.evil.com',
    'null',
  ]) {
    expect(isOwnOrigin(other, own, 'wa.example.com')).toBe(false);
  }
});

test('without one, the address asked for is our own, unless it is a name that anybody may point at us', () => {
  const own = { publicUrl: undefined, port: 8090 };
  expect(isOwnOrigin('http://127.0.0.1:8090', own, '127.0.0.1:8090')).toBe(true);
  expect(isOwnOrigin('http://localhost:8090', own, 'localhost:8090')).toBe(true);
  expect(isOwnOrigin('http://192.0.2.7:8090', own, '192.0.2.7:8090')).toBe(true);
  expect(isOwnOrigin('http://[::1]:8090', own, '[::1]:8090')).toBe(true);
  expect(isOwnOrigin('http://rebound.example:8090', own, 'rebound.example:8090')).toBe(false);
  expect(isOwnOrigin('http://localhost:3000', own, 'localhost:8090')).toBe(false);
  expect(isOwnOrigin('https://localhost:8090', own, 'localhost:8090')).toBe(false);
  expect(isOwnOrigin('http://localhost:8090', own)).toBe(true);
  expect(isOwnOrigin('http://localhost:3000', own)).toBe(false);
  expect(isOwnOrigin('null', own)).toBe(false);
  expect(isOwnOrigin('http://192.0.2.7:8090', own)).toBe(false);
  expect(isOwnOrigin('http://192.0.2.7:8090', { ...own, host: '192.0.2.7' })).toBe(true);
  expect(isOwnOrigin('http://192.0.2.7:8090', { ...own, host: '0.0.0.0' })).toBe(true);
  expect(isOwnOrigin('http://rebound.example:8090', { ...own, host: '0.0.0.0' })).toBe(false);
});

test('an origin is scheme, host and port, and nothing else', () => {
  expect(readOrigin('https://CRM.example/')).toBeUndefined();
  expect(readOrigin('https://CRM.example')).toBe('https://crm.example');
  expect(readOrigin('https://crm.example:443')).toBe('https://crm.example');
  expect(readOrigin('http://[2001:db8::1]:8080')).toBe('http://[2001:db8::1]:8080');
  expect(readOrigin('https://почта.рф')).toBe('https://xn--80a1acny.xn--p1ai');
  expect(readOrigin('http://my_crm:3000')).toBe('http://my_crm:3000');
  for (const text of [
    'null',
    '*',
    'https://*.example',
    'crm.example',
    'file:///x',
    'https://a@b',
    'javascript:1',
    '',
    // Hosts as the URL standard has them, and the end of a rule or a policy for a browser that reads our headers.
    'https://crm.example;sandbox',
    "https://crm.example,script-src'none'",
    "https://crm'example",
    'https://crm"example',
    'https://$',
  ]) {
    expect(readOrigin(text)).toBeUndefined();
  }
});
