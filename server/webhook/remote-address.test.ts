import { expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import { whyRefused } from './remote-address.ts';

const clock = new ManualClock();
const named = (address: string) => ({
  trusted: ['http://waha.internal:3000'],
  clock,
  lookup: () => Promise.resolve([{ address, family: 4 }]),
});

test('a name that leads into a private network is refused, one of the open internet is not', async () => {
  expect(await whyRefused('https://waha.example', named('10.0.0.5'))).toBe('an address of a private network');
  expect(await whyRefused('https://waha.example', named('93.184.216.34'))).toBeUndefined();
  expect(await whyRefused('https://waha.example:22', named('93.184.216.34'))).toContain('port');
  expect(await whyRefused('ftp://waha.example', named('93.184.216.34'))).toContain('http');
  expect(await whyRefused('no address', named('93.184.216.34'))).toContain('http');
});

test('the operator vouches for an origin, not for its neighbours', async () => {
  expect(await whyRefused('http://waha.internal:3000/api', named('10.0.0.5'))).toBeUndefined();
  expect(await whyRefused('http://waha.internal:3001', named('10.0.0.5'))).toBeDefined();
  expect(await whyRefused('https://waha.internal:3000', named('10.0.0.5'))).toBeDefined();
});

test('a name that cannot be resolved now, or not soon, is judged when it is spoken to', async () => {
  const failing = { ...named(''), lookup: () => Promise.reject(new Error('ENOTFOUND')) };
  expect(await whyRefused('https://waha.example', failing)).toBeUndefined();
  const slow = whyRefused('https://waha.example', { ...named(''), lookup: () => new Promise(() => {}) });
  await clock.advance(3_000);
  expect(await slow).toBeUndefined();
});
