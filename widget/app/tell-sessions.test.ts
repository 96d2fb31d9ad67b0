import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { tellSessions } from './tell-sessions.ts';

const desk = (id: number, state: string) => ({ id, session: signal<{ state: string } | null>({ state }) });

test('the page is told how every number is, once for each change, and anew to whoever signs in next', () => {
  const [sales, support] = [desk(1, 'working'), desk(2, 'starting')];
  const desks = signal([sales, support]);
  const said: unknown[] = [];
  const stop = tellSessions({ emit: (name, detail) => void said.push([name, detail]) }, { desks } as never);
  const of = (inboxId: number, state: string): unknown => ['session', { inboxId, state }];
  expect(said.splice(0)).toEqual([of(1, 'working'), of(2, 'starting')]);
  support.session.value = { state: 'working' };
  sales.session.value = { state: 'working' };
  expect(said.splice(0)).toEqual([of(2, 'working')]);
  desks.value = [];
  desks.value = [sales];
  expect(said.splice(0)).toEqual([of(1, 'working')]);
  stop();
  sales.session.value = { state: 'failed' };
  expect(said).toEqual([]);
});
