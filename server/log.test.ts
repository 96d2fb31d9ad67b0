import { expect, test } from 'vitest';
import { createLog } from './log.ts';

function written(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog('debug', { write: (line) => void lines.push(line) }));
  return lines.join('');
}

test('whatever may hold a secret or a person’s words is hidden, at the top and two levels down', () => {
  for (const name of [
    'password',
    'token',
    'ticket',
    'secret',
    'authorization',
    'cookie',
    'body',
    'qr',
    'value',
    'apiKey',
  ]) {
    for (const what of [
      { [name]: 'canary' },
      { a: { [name]: 'canary' } },
      { a: { b: { [name]: 'canary' } } },
    ]) {
      const line = written((log) => log.child({ room: 'x' }).info(what, 'said'));
      expect(line, name).toContain('"msg":"said"');
      expect(line, name).not.toContain('canary');
    }
  }
});

test('of a statement that failed the log has neither the statement nor what the database quotes of it', () => {
  const failed = Object.assign(new Error("Duplicate entry '1-can\\'ary' for key 'agent_email'"), {
    code: 'ER_DUP_ENTRY',
    errno: 1062,
    sqlState: '23000',
    sqlMessage: "Duplicate entry '1-canary' for key 'agent_email'",
    sql: "insert into `message` (`body`) values ('canary')",
    parameters: ['canary'],
  });
  const cut = Object.assign(new Error("You have an error near 'values (1, 'canary' at line 1"), {
    sqlState: '42000',
  });
  const tooLong = Object.assign(new Error("Data too long for column 'name' at row 1"), { sqlState: '22001' });
  const line = written((log) => {
    log.error({ err: failed }, 'fault');
    log.error({ inboxId: 1, error: failed }, 'cannot store events');
    log.error({ err: new Error('it went wrong', { cause: failed }) }, 'x');
    log.error({ err: new AggregateError([failed, cut], 'both') }, 'x');
    log.error({ err: cut }, 'x');
    log.error({ err: tooLong }, 'x');
  });
  expect(line).not.toMatch(/canary|can\\+'ary/);
  // What an operator needs is there.
  for (const part of [
    'ER_DUP_ENTRY',
    '1062',
    "for key 'agent_email'",
    'log.test.ts',
    'it went wrong',
    'both',
  ])
    expect(line).toContain(part);
});

test('what is thrown and is no error is written too', () => {
  expect(written((log) => log.error({ err: 'a text' }, 'fault'))).toContain('a text');
  expect(written((log) => log.error({ err: undefined }, 'fault'))).toContain('fault');
});
