import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import type { SessionReport } from '../../contract/session-state.ts';
import type { EngineName, Ground, Numbered } from './testing-ground.ts';

/** What follows the end. */
export type Follows =
  /** The same life goes on. */
  | 'goes on'
  /** A new life by itself, after a second, without a code. */
  | 'starts again'
  /** Nothing, until a person asks for it; then it works without a code. */
  | 'waits for a person'
  /** Nothing, and nothing of the link is kept: a person sees a new code. */
  | 'is forgotten'
  /** Nothing; there was no link: a person sees a new code. */
  | 'rests';

export interface Cell {
  strike(ground: Ground, whom: Numbered): Promise<void> | void;
  /** What it is told to be, and within how long (ms); `undefined`: nobody is told anything, it works all the time. */
  ends: Partial<SessionReport> | undefined;
  withinMs: number;
  follows: Follows;
}
export interface Row {
  fault: string;
  /** A cell, or why this engine has none. */
  wwebjs: Cell | string;
  baileys: Cell | string;
}

/** What a machine that is busy with other tests may take beyond what is promised. */
export const slackMs = 25_000;
const atOnce = 15_000;
const command =
  (command: Parameters<Numbered['sandbox']['world']['command']>[0]): Cell['strike'] =>
  (_ground, { sandbox }) =>
    sandbox.world.command(command);

/**
 * What goes wrong, and what becomes of it: the table of the room's README with a row for each line of it that takes a
 * real engine. One Session after the other is not needed: all rows hit the same one, which has to come back each time.
 */
export const matrix: readonly Row[] = [
  {
    fault: 'kill -9 of the browser',
    wwebjs: {
      strike: async (_ground, whom) => void process.kill(await browserOf(whom), 'SIGKILL'),
      ends: { state: 'lost', code: 'browser-crashed', action: 'retry' },
      withinMs: atOnce,
      follows: 'starts again',
    },
    baileys: 'has no browser',
  },
  {
    fault: 'kill -9 of the renderer, which is a crash of the page',
    wwebjs: {
      strike: async (_ground, whom) => signal(whom, '--type=renderer', 'SIGKILL'),
      ends: { state: 'lost', code: 'page-crashed', action: 'retry' },
      withinMs: atOnce,
      follows: 'starts again',
    },
    baileys: 'has no page',
  },
  {
    fault: 'kill -9 of a browser whose page hangs: the page outlives it',
    wwebjs: {
      strike: async (_ground, whom) => {
        await signal(whom, '--type=renderer', 'SIGSTOP');
        process.kill(await browserOf(whom), 'SIGKILL');
      },
      ends: { state: 'lost', code: 'browser-crashed' },
      withinMs: atOnce,
      follows: 'starts again',
    },
    baileys: 'has no page',
  },
  {
    fault: 'kill -9 of the child process',
    wwebjs: killsChild(),
    baileys: killsChild(),
  },
  {
    fault: 'the sync is over before the library listens (hasSynced)',
    wwebjs: {
      strike: async (ground, whom) => {
        await ground.sessions.stop(whom.inboxId);
        const from = whom.reports.length;
        whom.sandbox.world.setFaults({ sync: 'instant' });
        await ground.sessions.link(whom.inboxId, { method: 'qr' });
        await ground.told(whom, { state: 'working' }, from);
        whom.sandbox.world.setFaults({ sync: 'normal' });
      },
      ends: { state: 'working' },
      withinMs: 60_000,
      follows: 'goes on',
    },
    baileys: 'has no page that could be synced before anybody listens: the child listens before it connects',
  },
  {
    fault: 'UNPAIRED_IDLE while it works',
    wwebjs: {
      strike: command({ do: 'state', state: 'UNPAIRED_IDLE' }),
      ends: { state: 'lost', code: 'engine-error', action: 'retry' },
      withinMs: atOnce,
      follows: 'starts again',
    },
    baileys: 'is a state of the page; WhatsApp’s socket says 401 or nothing',
  },
  {
    fault: 'CONFLICT: another computer has taken it (440)',
    wwebjs: takenOver(),
    baileys: takenOver(),
  },
  {
    fault: 'the connection is cut for a moment',
    wwebjs: {
      strike: command({ do: 'drop-sockets' }),
      ends: { state: 'degraded', code: 'no-internet', action: 'wait' },
      withinMs: atOnce,
      follows: 'goes on',
    },
    baileys: {
      strike: command({ do: 'drop-sockets' }),
      ends: { state: 'lost', code: 'no-internet', action: 'retry' },
      withinMs: atOnce,
      follows: 'starts again',
    },
  },
  {
    fault: 'no network for half a minute: a start that fails says so, and the next one is planned',
    wwebjs: withoutNetwork(),
    baileys: withoutNetwork(),
  },
  {
    fault: 'kill -9 of the database: what happens meanwhile is stored when it is back',
    wwebjs: losesDatabase(),
    baileys: losesDatabase(),
  },
  {
    fault: 'LOGOUT: the device is removed on the phone (401)',
    wwebjs: removed(),
    baileys: removed(),
  },
  {
    fault: 'LOGOUT while it was stopped',
    wwebjs: removedMeanwhile(),
    baileys: removedMeanwhile(),
  },
  {
    fault: 'codes that nobody scans (UNPAIRED_IDLE, 408)',
    wwebjs: codesUsedUp(),
    baileys: codesUsedUp(),
  },
];

function killsChild(): Cell {
  return {
    strike: (_ground, whom) => signal(whom, 'child.ts', 'SIGKILL'),
    ends: { state: 'lost', code: 'engine-error', action: 'retry' },
    withinMs: atOnce,
    follows: 'starts again',
  };
}
function takenOver(): Cell {
  return {
    strike: command({ do: 'state', state: 'CONFLICT' }),
    ends: { state: 'lost', code: 'taken-over' },
    withinMs: atOnce,
    follows: 'waits for a person',
  };
}
function losesDatabase(): Cell {
  return {
    strike: async (ground, whom) => {
      const words = 'while the database is away';
      await ground.mariadb.kill();
      // Of Baileys told to an engine that can write no key: it has to wait with what follows.
      whom.sandbox.world.inbound({ from: '393331234567@c.us', body: words });
      await pause(300);
      await ground.mariadb.restart();
      await vi.waitFor(
        async () => {
          await ground.clock.advance(1_000);
          expect(await ground.times(whom, words)).toBe(1);
        },
        { timeout: 60_000, interval: 100 },
      );
    },
    ends: undefined,
    withinMs: 60_000,
    follows: 'goes on',
  };
}
function withoutNetwork(): Cell {
  return {
    strike: async (ground, whom) => {
      const from = whom.reports.length;
      await signal(whom, 'child.ts', 'SIGKILL');
      await ground.told(whom, { state: 'lost', code: 'engine-error' }, from);
      whom.sandbox.world.setFaults({ serverDown: true });
      // 1 + 2 + 4 + 8 s of pauses are a cut of 15 s, if nothing else took time.
      for (const ms of [1_000, 2_000, 4_000]) {
        const begun = whom.reports.length;
        await ground.passPause(ms);
        await ground.told(whom, { state: 'lost', code: 'no-internet' }, begun);
      }
      whom.sandbox.world.setFaults({ serverDown: false });
      await ground.passPause(8_000);
      await ground.told(whom, { state: 'working' }, from);
    },
    ends: { state: 'lost', code: 'no-internet', action: 'retry' },
    withinMs: 60_000,
    follows: 'goes on',
  };
}
function removed(): Cell {
  return {
    strike: (_ground, { sandbox }) => sandbox.world.unlink(),
    ends: { state: 'logged-out', code: 'logged-out-on-phone', action: 'pair-again' },
    withinMs: atOnce,
    follows: 'is forgotten',
  };
}
function removedMeanwhile(): Cell {
  return {
    ...removed(),
    strike: async (ground, whom) => {
      await ground.sessions.stop(whom.inboxId);
      whom.sandbox.world.unlink();
      await ground.sessions.link(whom.inboxId, { method: 'qr' });
    },
    withinMs: 60_000,
  };
}
function codesUsedUp(): Cell {
  return {
    strike: async (ground, whom) => {
      await ground.sessions.unlink(whom.inboxId);
      const from = whom.reports.length;
      whom.sandbox.world.setFaults({ codeMs: 300 });
      await ground.sessions.link(whom.inboxId, { method: 'qr' });
      await ground.told(whom, { state: 'failed' }, from);
      whom.sandbox.world.setFaults({ codeMs: 0 });
    },
    ends: { state: 'failed', code: 'qr-expired', action: 'retry' },
    withinMs: 60_000,
    follows: 'rests',
  };
}

/** Lets one fault happen to `whom` and holds what follows against the cell. */
export async function tryOut(ground: Ground, cell: Cell, whom: Numbered, others: Numbered[]): Promise<void> {
  await ground.sound(whom);
  const quiet = others.map((other) => other.reports.length);
  const from = whom.reports.length;
  const begun = Date.now();
  await cell.strike(ground, whom);
  const at = cell.ends ? (await ground.told(whom, cell.ends, from)).at : Date.now();
  expect(at - begun).toBeLessThan(cell.withinMs + slackMs);
  if (!cell.ends) expect(whom.reports.length).toBe(from);

  const meanwhile = `meanwhile ${from}`;
  if (cell.follows === 'goes on') {
    if (cell.ends) await ground.told(whom, { state: 'working' }, from);
    await ground.hears(whom, meanwhile);
  } else {
    // Its clock stands still: whatever is left now would be left for good.
    expect(await whom.processes()).toEqual([]);
    expect(ground.sessions.live(whom.inboxId)).toBeUndefined();
  }
  if (cell.follows === 'starts again') {
    const again = whom.reports.length;
    whom.sandbox.world.inbound({ from: '393331234567@c.us', body: meanwhile });
    await ground.passPause(1_000);
    await ground.told(whom, { state: 'working' }, again);
    expect(whom.reports.slice(again).map(({ report }) => report.state)).not.toContain('pairing');
    await vi.waitFor(async () => expect(await ground.times(whom, meanwhile)).toBe(1), { timeout: 60_000 });
  }
  if (cell.follows !== 'goes on' && cell.follows !== 'starts again') {
    await vi.waitFor(
      async () => expect(await ground.row(whom)).toMatchObject({ wanted: 0, lease_owner: null }),
      { timeout: 60_000 },
    );
    const told = whom.reports.length;
    await ground.clock.advance(10 * 60_000);
    expect(whom.reports.length).toBe(told);
  }
  if (cell.follows === 'waits for a person') {
    await ground.link(whom);
    expect(whom.reports.map(({ report }) => report.state).slice(from)).not.toContain('pairing');
  }
  if (cell.follows === 'is forgotten') {
    expect(await whom.folder()).toEqual([]);
    expect(await keysOf(ground, whom)).toBe(0);
    expect(await ground.times(whom, firstWords)).toBe(1);
  }
  if (cell.follows === 'is forgotten' || cell.follows === 'rests') {
    const anew = whom.reports.length;
    await ground.link(whom);
    expect(whom.reports.slice(anew).map(({ report }) => report.state)).toContain('pairing');
  }
  others.forEach((other, index) => expect(other.reports.length).toBe(quiet[index]));
  for (const other of others) await ground.hears(other, meanwhile);
}
/** Stands in the victim's Inbox before anything has happened to it, and has to stay there. */
export const firstWords = 'before everything';

async function keysOf(ground: Ground, whom: Numbered): Promise<number> {
  const rows = await ground.db
    .selectFrom('session_key')
    .select('kind')
    .where('inbox_id', '=', whom.inboxId)
    .execute();
  return rows.length;
}

/** One of its processes, by a word of its command line. */
export async function processWith(whom: Numbered, text: string): Promise<number> {
  for (const pid of await whom.processes()) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(text)) return pid;
  }
  throw new Error(`no process with ${text}`);
}
export async function signal(whom: Numbered, text: string, name: NodeJS.Signals): Promise<void> {
  process.kill(await processWith(whom, text), name);
}
/** The browser's own process: not its children, nor the shell script that Debian wraps around it. */
async function browserOf(whom: Numbered): Promise<number> {
  for (const pid of await whom.processes()) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes('--user-data-dir') && !line.includes('--type=') && !line.startsWith('/bin/sh'))
      return pid;
  }
  throw new Error('no browser');
}

/** What hangs is found later than what is gone; it has the time of all other rows together. */
export const hanging: Record<
  EngineName,
  { process: string; ends: Partial<SessionReport>; withinMs: number }
> = {
  wwebjs: {
    process: '--type=renderer',
    ends: { state: 'lost', code: 'not-responding', action: 'retry' },
    withinMs: 30_000,
  },
  baileys: {
    process: 'child.ts',
    ends: { state: 'lost', code: 'engine-error', action: 'retry' },
    withinMs: 30_000,
  },
};
