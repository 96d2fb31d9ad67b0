import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CrmLog } from '../loader/seam.ts';
import { TinyEspo } from '../testing/tiny-espo.ts';
import { espoBridge } from './espo-crm.ts';
import { espoUser } from './espo-user.ts';

let espo: TinyEspo;
let page: string;
const record = { entityType: 'Contact', id: 'c1', name: 'Anna Bianchi' };
const call: CrmLog = {
  kind: 'call',
  record,
  title: 'Call with Anna Bianchi',
  note: 'She wants the blue one.',
  isHeld: true,
  direction: 'in',
  startedAt: '2026-11-21T22:50:00.000Z',
  minutes: 12,
};
const log = async (asked: CrmLog): Promise<unknown> => espoBridge().log!(asked);

beforeEach(async () => {
  espo = new TinyEspo();
  espo.rows.push({ ...record, phoneNumber: '+393331234567' });
  page = await espo.listen();
  vi.stubGlobal('location', { href: `${page}?x=1#Contact/view/c1` });
  vi.stubGlobal('localStorage', { getItem: () => JSON.stringify(espo.login) });
  vi.stubGlobal('window', {});
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await espo[Symbol.asyncDispose]();
});

test('a record is read by its id; one that is not there, or not for this user, is a refusal', async () => {
  const read = async (entityType: string, id: string): Promise<unknown> =>
    espoBridge().read!({ entityType, id });
  expect(await read('Contact', 'c1')).toMatchObject({ id: 'c1', phones: ['+393331234567'] });
  await expect(read('Contact', 'c9')).rejects.toThrow('404');
  espo.closed.add('Contact');
  await expect(read('Contact', 'c1')).rejects.toThrow('403');
});

test('a call is written with its record as parent, in UTC, for whoever is at the page', async () => {
  expect(await log(call)).toEqual({ entityType: 'Call', id: 'call2', name: 'Call with Anna Bianchi' });
  expect(espo.rows[1]).toMatchObject({
    name: 'Call with Anna Bianchi',
    status: 'Held',
    direction: 'Inbound',
    dateStart: '2026-11-21 22:50:00',
    dateEnd: '2026-11-21 23:02:00',
    parentType: 'Contact',
    parentId: 'c1',
    assignedUserId: 'u1',
    description: 'She wants the blue one.',
  });
  // The same once more, and nobody answered.
  await log({ ...call, isHeld: false, minutes: 0, direction: 'out', note: '' });
  expect(espo.rows[2]).toMatchObject({
    status: 'Not Held',
    direction: 'Outbound',
    dateEnd: '2026-11-21 22:51:00',
  });
  expect(espo.rows[2]).not.toHaveProperty('description');
  // Who one is, is asked once for a login.
  espo.login = 'YmVuOnRva2Vu';
  Object.assign(espo.user, { id: 'u2' });
  await log(call);
  expect(espo.rows[3]).toMatchObject({ assignedUserId: 'u2' });
  expect(espo.asked.filter(({ path }) => path === 'App/user')).toHaveLength(2);
});

test('times are told where the user has chosen to be, else where the installation is', async () => {
  espo.login = 'emFyYTp0b2tlbg==';
  expect(await espoUser()).toMatchObject({ timeZone: 'Europe/Rome' });
  espo.login = 'em9lOnRva2Vu';
  espo.zones.user = 'Asia/Tokyo';
  expect(await espoUser()).toMatchObject({ timeZone: 'Asia/Tokyo' });
});

test('a task has its day, or none, and a title Espo takes', async () => {
  espo.login = 'dGFzazp0b2tlbg==';
  const task: CrmLog = { kind: 'task', record, title: 'Price <= 100 => call', note: '', due: '2026-11-25' };
  expect(await log(task)).toMatchObject({ entityType: 'Task', name: 'Price 100 call' });
  expect(espo.rows[1]).toMatchObject({ status: 'Not Started', dateEndDate: '2026-11-25', parentId: 'c1' });
  await log({ ...task, title: '<=>', due: null });
  expect(espo.rows[2]).toMatchObject({ name: 'Task' });
  expect(espo.rows[2]).not.toHaveProperty('dateEndDate');
});

test('why Espo does not take it is said: no right, no login, a broken rule; a failure is none of them', async () => {
  espo.closed.add('Call');
  expect(await log(call)).toEqual({ refused: 'no-right', why: 'No create access.' });
  const gone = { ...record, id: 'gone' };
  expect(await log({ kind: 'task', record: gone, title: 'x', note: '', due: null })).toEqual({
    refused: 'invalid',
    why: 'Field validation failure',
  });
  espo.closed.clear();
  vi.stubGlobal('localStorage', { getItem: () => null });
  expect(await log(call)).toEqual({ refused: 'no-login', why: '' });
  await espo[Symbol.asyncDispose]();
  await expect(log(call)).rejects.toThrow();
  expect(espo.rows).toHaveLength(1);
});
