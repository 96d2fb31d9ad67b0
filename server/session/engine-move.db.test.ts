import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { openTestSessions, PlayedEngine } from './testing.ts';

describeDatabases('moving an Inbox to another engine', (database) => {
  test('moved to another engine while it works: nothing of the old is left before the new may begin', async () => {
    const [first, second] = [new PlayedEngine(), new PlayedEngine()];
    await using trial = await openTestSessions(database().db, {
      engine: first,
      engines: new Map([
        ['played', first],
        ['other', second],
      ]),
    });
    const { sessions, inboxId } = trial;
    await trial.link();
    await sessions.useEngine(inboxId, 'other');
    expect(first.running).toBe(0);
    expect(sessions.live(inboxId)).toBeUndefined();
    expect(await trial.row()).toMatchObject({
      engine: 'other',
      state: 'stopped',
      wanted: 0,
      lease_owner: null,
    });
    expect(second.lives).toEqual([]);
    await sessions.link(inboxId, { method: 'qr' });
    (await second.life(0)).say({ me: { address: '393330000001@c.us', name: 'Shop' } });
    await expect.poll(async () => (await trial.row()).state).toBe('working');
    expect(first.lives).toHaveLength(1);
  });

  test('an engine that is not there, and an Inbox of webhooks, are refused', async () => {
    await using trial = await openTestSessions(database().db);
    await expect(trial.sessions.useEngine(trial.inboxId, 'nope')).rejects.toThrow(/engine/);
    await trial.sessions.useEngine(trial.inboxId, 'played');
    expect(trial.engine.lives).toEqual([]);
  });
});
