import { expect, test } from 'vitest';
import { audit, type Evidence } from './audit.ts';
import { planOf } from './plan.ts';

const theirs = { id: 'A1', fromMe: false, body: 'ciao', at: 1 };
const ours = { id: 'B1', fromMe: true, body: 'buongiorno', at: 2 };
const row = (
  of: typeof theirs,
  more: Partial<Evidence['stored'][number]> = {},
): Evidence['stored'][number] => ({
  messageId: of.id,
  clientId: of.fromMe ? 'c1' : null,
  fromMe: of.fromMe,
  body: of.body,
  delivery: null,
  ...more,
});
const evidence = (change: Partial<Evidence> = {}): Evidence => ({
  session: 'one',
  phone: [theirs, ours],
  stored: [row(theirs), row(ours)],
  sent: [{ clientId: 'c1', body: 'buongiorno', at: 2 }],
  ...change,
});
const faults = (change: Partial<Evidence>): string[] =>
  audit(evidence(change)).findings.map(({ fault, body }) => `${fault}: ${body}`);

test('what is stored once and shown once is well, and is counted', () => {
  expect(audit(evidence())).toEqual({
    findings: [],
    received: { all: 1, once: 1 },
    sent: { all: 1, once: 1, uncertain: 0, uncertainArrived: 0 },
  });
});

test('a soak that cannot see a loss or a double proves nothing: each is seen', () => {
  expect(faults({ stored: [row(ours)] })).toEqual(['lost: ciao']);
  expect(faults({ stored: [row(theirs, { body: '' }), row(ours)] })).toEqual(['unopened: ciao']);
  expect(faults({ stored: [row(theirs), row(theirs), row(ours)] })).toContain('doubled: ciao');
  expect(faults({ stored: [row(theirs), row(theirs, { messageId: 'A2' }), row(ours)] })).toEqual([
    'doubled: ciao',
  ]);
  expect(faults({ phone: [theirs, ours, { ...ours, id: 'B2' }] })).toContain('sent twice: buongiorno');
  expect(faults({ phone: [theirs] })).toEqual(['never arrived: buongiorno']);
  expect(faults({ phone: [theirs], stored: [row(theirs)] })).toEqual(['forgotten: buongiorno']);
  expect(faults({ phone: [theirs], stored: [row(theirs), row(ours, { delivery: 'queued' })] })).toEqual([
    'pending: buongiorno',
  ]);
  expect(faults({ stored: [row(theirs), row(ours, { delivery: 'failed' })] })).toEqual([
    'said to have failed: buongiorno',
  ]);
});

test('an uncertain message may have arrived or not; twice it may not', () => {
  const stored = [row(theirs), row(ours, { messageId: null, delivery: 'uncertain' })];
  expect(audit(evidence({ stored }))).toMatchObject({
    findings: [],
    sent: { once: 0, uncertain: 1, uncertainArrived: 1 },
  });
  expect(faults({ stored, phone: [theirs] })).toEqual([]);
  expect(faults({ stored, phone: [theirs, ours, { ...ours, id: 'B2' }] })).toEqual([
    'sent twice: buongiorno',
  ]);
});

test('the same seed is the same plan, another seed another one', () => {
  const options = { seed: 7, minutes: 10, sessions: 20, killsDatabase: true };
  const plan = planOf(options);
  expect(planOf(options)).toEqual(plan);
  expect(planOf({ ...options, seed: 8 })).not.toEqual(plan);
  expect(new Set(plan.map(({ trouble }) => trouble)).size).toBe(14);
  expect(
    plan.every(({ at }, index) => at >= 5_000 && at <= 540_000 && at >= (plan[index - 1]?.at ?? 0)),
  ).toBe(true);
});
