import { expect, test } from 'vitest';
import { answer, readLog } from './crm-asked.ts';

const record = { entityType: 'Lead', id: '7', name: '' };
const task = { kind: 'task', record, title: 'Send the offer', note: '', due: null };
const call = {
  kind: 'call',
  record,
  title: 'Call with Anna',
  note: 'Two lines\nof it',
  isHeld: true,
  direction: 'out',
  startedAt: '2026-11-21T22:50:00.000Z',
  minutes: 5,
};

test('a call and a task out of the frame reach the page with what they are made of, and no more', () => {
  expect(readLog(task)).toEqual(task);
  expect(readLog({ ...task, due: '2026-11-25', more: 1, record: { ...record, phones: [] } })).toEqual({
    ...task,
    due: '2026-11-25',
  });
  expect(readLog(call)).toEqual(call);
});

test.each([
  null,
  'call',
  { ...task, kind: 'mail' },
  { ...task, title: '' },
  { ...task, title: 'x'.repeat(101) },
  { ...task, note: 'x'.repeat(4_001) },
  { ...task, due: 'tomorrow' },
  { ...task, record: null },
  { ...task, record: { ...record, id: 7 } },
  { ...call, isHeld: 'yes' },
  { ...call, direction: 'up' },
  { ...call, startedAt: 'now' },
  { ...call, minutes: -1 },
  { ...call, minutes: 1.5 },
])('%j is nothing to write', (value) => {
  expect(() => readLog(value)).toThrow('nothing to write');
});

test('what is none does not reach a function of the page; what it gives back goes through a port', async () => {
  const asked: unknown[] = [];
  const bridge = {
    log: (what: unknown) => (asked.push(what), { entityType: 'Task', id: '1', more: () => 1 } as never),
  };
  await expect(answer(bridge, 'crmLog', [{ ...task, title: 7 }])).rejects.toThrow('nothing to write');
  expect(asked).toEqual([]);
  expect(await answer(bridge, 'crmLog', [task])).toEqual({ entityType: 'Task', id: '1' });
  expect(await answer({}, 'crmLog', [task])).toBeNull();
});
