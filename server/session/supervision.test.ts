import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sessionCodes, type SessionCode } from '../contract/session-state.ts';
import { StartGate } from './start-gate.ts';
import {
  afterBeat,
  afterReport,
  atStart,
  calm,
  careful,
  openMs,
  type Beat,
  type Care,
  type Next,
} from './supervision.ts';

const lost = (care: Care, code: SessionCode = 'browser-crashed') =>
  afterReport(care, { state: 'lost', code, action: 'retry' }, { wasLinked: true, random: 1 });

/** Fifty ends in a row without a minute of work between them. */
function course(codes: readonly SessionCode[]): { nexts: Next[]; care: Care } {
  let care = careful;
  const nexts: Next[] = [];
  for (const code of codes) {
    const after = lost(care, code);
    nexts.push(after.next);
    care = atStart(after.care);
  }
  return { nexts, care };
}

describe('the circuit breaker', () => {
  test('opens for five minutes with the fifth failure in a row', () => {
    const { nexts } = course(Array<SessionCode>(5).fill('browser-crashed'));
    expect(nexts).toEqual([
      { do: 'restart', ms: 1_000 },
      { do: 'restart', ms: 2_000 },
      { do: 'restart', ms: 4_000 },
      { do: 'restart', ms: 8_000 },
      { do: 'cool-down', ms: 300_000 },
    ]);
  });
  test('half-opens with one try: a failure of that opens it again, at once', () => {
    const { nexts, care } = course(Array<SessionCode>(8).fill('engine-error'));
    expect(nexts.slice(4)).toEqual(Array.from({ length: 4 }, () => ({ do: 'cool-down', ms: openMs })));
    expect(care.breaker).toBe('half-open');
  });
  test('50 crashes in a row are at most 50 starts in three hours and three quarters', () => {
    const { nexts } = course(Array<SessionCode>(50).fill('page-crashed'));
    const waited = nexts.reduce((sum, next) => sum + ('ms' in next ? next.ms : 0), 0);
    expect(waited).toBe(15_000 + 46 * openMs);
  });
  test('is not opened by a network that is away: back within a minute of its return, however long that takes', () => {
    const { nexts, care } = course(Array<SessionCode>(50).fill('no-internet'));
    expect(nexts.every((next) => next.do === 'restart' && next.ms <= 60_000)).toBe(true);
    expect(care.breaker).toBe('closed');
  });
  test.each(['logged-out', 'stopped'] as const)('%s never starts again and forgets the failures', (state) => {
    const report = { state, code: 'logged-out-on-phone', action: 'pair-again' } as const;
    const open: Care = { failures: 9, restarts: 9, breaker: 'half-open' };
    expect(afterReport(open, report, { wasLinked: true, random: 1 })).toEqual({
      care: careful,
      next: { do: 'end' },
    });
  });
  test('whatever happens: pauses are 0.5 s to 5 min, never more than five short ones in a row that count', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...sessionCodes), fc.double({ min: 0, max: 1, noNaN: true }))),
        (ends) => {
          let care = careful;
          let short = 0;
          for (const [code, random] of ends) {
            const report = { state: 'lost', code, action: 'retry' } as const;
            const after = afterReport(care, report, { wasLinked: true, random });
            care = atStart(after.care);
            const { next } = after;
            if (next.do === 'restart' || next.do === 'cool-down')
              expect(next.ms >= 500 && next.ms <= openMs).toBe(true);
            if (next.do === 'restart' && code !== 'no-internet') short++;
            else if (next.do !== 'restart') short = 0;
            expect(short).toBeLessThan(5);
          }
        },
      ),
    );
  });
});

describe('looks at a live Session', () => {
  const limit = 1_000;
  const findings = (beats: Beat[]) => {
    let pulse = calm;
    return beats.map((beat) => {
      const after = afterBeat(pulse, beat, limit);
      pulse = after.pulse;
      return after.finding;
    });
  };
  const silent: Beat = { kind: 'silent' };
  const well: Beat = { kind: 'answered', memoryBytes: 10 };
  const heavy: Beat = { kind: 'answered', memoryBytes: 1_001 };
  test('one silence is trouble, two in a row are an end, an answer between them forgives', () => {
    expect(findings([well, silent, well, silent, silent])).toEqual([
      'well',
      'degraded',
      'recovered',
      'degraded',
      'lost',
    ]);
  });
  test('too much memory twice in a row wants a new life; once may be a big file', () => {
    expect(findings([heavy, well, heavy, heavy])).toEqual(['well', 'well', 'well', 'too-heavy']);
  });
  test('an engine that cannot tell its memory is never too heavy', () => {
    expect(findings([{ kind: 'answered' }, { kind: 'answered' }])).toEqual(['well', 'well']);
  });
});

describe('the gate of starts', () => {
  const forever = new AbortController().signal;
  test('lets so many in, the others in their order', async () => {
    const gate = new StartGate(2);
    const inside: string[] = [];
    const enter = async (name: string) => {
      const leave = await gate.enter(forever);
      inside.push(name);
      return leave!;
    };
    const [a] = await Promise.all([enter('a'), enter('b')]);
    const c = enter('c');
    const d = enter('d');
    await Promise.resolve();
    expect(inside).toEqual(['a', 'b']);
    a();
    a();
    await c;
    expect(inside).toEqual(['a', 'b', 'c']);
    expect(gate.waiting).toBe(1);
    (await c)();
    await d;
  });
  test('who does not want to wait any more leaves the line and takes no place', async () => {
    const gate = new StartGate(1);
    const leave = (await gate.enter(forever))!;
    const tired = new AbortController();
    const waiting = gate.enter(tired.signal);
    tired.abort();
    expect(await waiting).toBeUndefined();
    leave();
    expect(await gate.enter(forever)).toBeDefined();
  });
});
