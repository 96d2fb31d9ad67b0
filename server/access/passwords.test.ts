import { expect, test } from 'vitest';
import { Problem } from '../contract/problem.ts';
import { isCommonPassword } from './common-passwords.ts';
import { Passwords, requireGoodPassword } from './passwords.ts';

const person = { email: 'anna.rossi@crm.example', name: 'Anna Rossi' };

test.each([
  'password12',
  'Passw0rd2026!',
  'P@ssw0rd!!',
  '1234567890',
  'qwertyuiop',
  '!!!!!!!!!!!!',
  'abcabcabcabc',
  'iloveyou123',
  'Chatdock2026',
  'chatdockadmin',
  'adminpassword',
  'welcomewelcome',
  '1qaz2wsx3edc',
  'Anna.Rossi1990',
  'anna.rossi@crm.example',
  'rossi-2026-!',
  'йцукенгшщз1',
])('refuses %s: everybody would try it first', (password) => {
  expect(() => requireGoodPassword(password, person)).toThrow(Problem);
});

test.each([
  'violet anvil 7 sleeps',
  'x9#Kq2!mZv0',
  'синий трактор под дождём',
  'kjw8-2mhq-zz4t',
  'пять 🐘 в лодке',
])('takes %s', (password) => {
  expect(() => requireGoodPassword(password, person)).not.toThrow();
});

test('refuses nine characters and takes a long one with any character in it', () => {
  expect(() => requireGoodPassword('k2!vZ9#qL', person)).toThrow(/At least 10/);
  expect(isCommonPassword('x'.repeat(64))).toBe(true);
  expect(() => requireGoodPassword(`${'long phrase '.repeat(10)}zebra`, person)).not.toThrow();
});

test('judges a thousand characters at once without getting stuck', () => {
  // Of the processor: what other processes take of it does not count.
  const before = process.cpuUsage();
  isCommonPassword('ab'.repeat(512) + 'c');
  isCommonPassword('1a'.repeat(512));
  isCommonPassword('password'.repeat(128));
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(500);
});

test('a password is taken exactly: spaces, emoji, NUL and the last character count', async () => {
  const passwords = new Passwords();
  const password = ` ${'ü'.repeat(60)}\0🐘 end `;
  const hash = await passwords.hash(password);
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwords.verify(hash, password)).toBe(true);
  expect(await passwords.verify(hash, password.slice(0, -1))).toBe(false);
  expect(await passwords.verify(hash, `${password}x`)).toBe(false);
  expect(await passwords.verify(hash, password.replace('\0', ''))).toBe(false);
});

test('a flood of sign-ins is refused with 503, and who was let in gets an answer', async () => {
  const passwords = new Passwords();
  const all = await Promise.allSettled(
    Array.from({ length: 60 }, () => passwords.verify(undefined, 'guess guess guess')),
  );
  const refused = all.filter((one) => one.status === 'rejected');
  expect(refused.every((one) => one.reason instanceof Problem && one.reason.code === 'unavailable')).toBe(
    true,
  );
  expect(all.length - refused.length).toBe(22);
  expect(await passwords.verify(undefined, 'later')).toBe(false);
});

test('nobody by that e-mail costs as much as a wrong password', async () => {
  const passwords = new Passwords();
  const hash = await passwords.hash('violet anvil 7 sleeps');
  const time = async (hashed: string | undefined): Promise<number> => {
    // Of the processor: what other processes take of it does not count.
    const before = process.cpuUsage();
    expect(await passwords.verify(hashed, 'wrong guess')).toBe(false);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  for (let round = 0; round < 8; round++) {
    known.push(await time(hash));
    unknown.push(await time(undefined));
  }
  // The quickest of several is one that nobody disturbed. A missing hash check would be a thousand times faster.
  expect(Math.min(...unknown) / Math.min(...known)).toBeGreaterThan(0.5);
  expect(Math.min(...unknown) / Math.min(...known)).toBeLessThan(2);
});
