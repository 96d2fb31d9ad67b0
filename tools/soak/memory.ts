import { readFileSync } from 'node:fs';
import { descendants, processes } from '../../e2e/harness/processes.ts';

/** What a process takes of memory (RSS, bytes), from its first look to its last. */
export interface Series {
  what: 'server' | 'child';
  /** `at` ms since the start of the soak. */
  looks: { at: number; bytes: number }[];
}

/** A process that has belonged to the house. With its start it is told from a later one with the same pid. */
export interface Member {
  pid: number;
  started: string;
  command: string;
}

const MiB = 1_048_576;
/** A process grows while it comes to its size: so much of each series is not judged. */
const warmUpMs = 180_000;
/** And what is left has to be as long as this for a slope to say anything. */
const shortestMs = 60_000;
/** Lives that are too short for a slope are held against each other at this age, ms. */
const comparedAt = { from: 20_000, to: 60_000 };
/** As many of them as this at either end of the soak, or they say nothing. */
const fewestCompared = 20;

/** Looks at the server and the children of its engines, whatever their lives. */
export class MemoryWatch {
  /** By {@link nameOf}. */
  readonly series = new Map<string, Series>();
  /** Every process that has belonged to the house, by {@link nameOf}: none of them may be left at the end. */
  readonly family = new Map<string, Member>();
  readonly #startedAt = Date.now();

  /** Once for each few seconds. */
  look(server: number): void {
    const all = processes();
    if (!all.some(({ pid }) => pid === server)) return;
    for (const { pid, command } of [{ pid: server, command: 'server' }, ...descendants(server, all)]) {
      const started = startOf(pid);
      if (started === undefined) continue;
      const member = { pid, started, command };
      this.family.set(nameOf(member), member);
      if (pid === server) this.#note(member, 'server');
      else if (isChild(member)) this.#note(member, 'child');
    }
  }
  #note(member: Member, what: Series['what']): void {
    const bytes = residentOf(member.pid);
    if (bytes === undefined) return;
    const series = this.series.get(nameOf(member)) ?? { what, looks: [] };
    this.series.set(nameOf(member), series);
    series.looks.push({ at: Date.now() - this.#startedAt, bytes });
  }
  /** The engines' processes that are there now. */
  children(): Member[] {
    return this.left().filter(isChild);
  }
  /** Those of the family that are still there. */
  left(): Member[] {
    const alive = new Set(processes().map(({ pid }) => pid));
    return [...this.family.values()].filter(({ pid, started }) => alive.has(pid) && startOf(pid) === started);
  }
}

export const nameOf = ({ pid, started }: Member): string => `${pid} ${started}`;
const isChild = ({ command }: Member): boolean => command.includes('child.ts');

/** Kernel ticks since the machine booted; undefined: it has ended. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in brackets may itself hold blanks and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** How a process is, in the words of `ps`: `T` is frozen, `D` waits for the disk. */
export function stateOf({ pid }: Member): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[0] ?? '';
  } catch {
    return 'gone';
  }
}

function residentOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1_024;
  } catch {
    return undefined;
  }
}

export interface Growth {
  /** MiB. */
  most: number;
  median: number;
  /** MiB for each minute, over what is judged; undefined: no life was long enough. */
  slope: number | undefined;
  /** Minutes that were judged. */
  judged: number;
  /**
   * MiB for each minute of the soak by which a life of the last third is larger than one of the first third at the same age:
   * what grows from life to life. Undefined: there were too few.
   */
  drift: number | undefined;
  lives: number;
}

/** Pure. Of all lives together: the slope is the mean of theirs, each weighed by its length. */
export function growthOf(all: readonly Series[]): Growth {
  const bytes = all.flatMap(({ looks }) => looks.map((look) => look.bytes));
  let weight = 0;
  let sum = 0;
  for (const { looks } of all) {
    const from = (looks[0]?.at ?? 0) + warmUpMs;
    const judged = looks.filter(({ at }) => at >= from);
    const ms = (judged.at(-1)?.at ?? 0) - (judged[0]?.at ?? 0);
    if (ms < shortestMs) continue;
    sum += slopeOf(judged) * ms;
    weight += ms;
  }
  return {
    most: bytes.reduce((most, one) => Math.max(most, one), 0) / MiB,
    median: median(bytes) / MiB,
    slope: weight > 0 ? sum / weight : undefined,
    judged: weight / 60_000,
    drift: driftOf(all),
    lives: all.length,
  };
}

function driftOf(all: readonly Series[]): number | undefined {
  const sizes = all.flatMap(({ looks }) => {
    const [first] = looks;
    const young = looks.filter(
      ({ at }) => at - first!.at >= comparedAt.from && at - first!.at <= comparedAt.to,
    );
    return young.length > 0 ? [{ at: first!.at, bytes: median(young.map(({ bytes }) => bytes)) }] : [];
  });
  const last = Math.max(0, ...sizes.map(({ at }) => at));
  const early = sizes.filter(({ at }) => at <= last / 3);
  const late = sizes.filter(({ at }) => at >= (2 * last) / 3);
  if (early.length < fewestCompared || late.length < fewestCompared) return undefined;
  const minutes = (median(late.map(({ at }) => at)) - median(early.map(({ at }) => at))) / 60_000;
  return (median(late.map(({ bytes }) => bytes)) - median(early.map(({ bytes }) => bytes))) / MiB / minutes;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Least squares, MiB for each minute. */
function slopeOf(looks: Series['looks']): number {
  const n = looks.length;
  const meanAt = looks.reduce((sum, { at }) => sum + at, 0) / n;
  const meanBytes = looks.reduce((sum, { bytes }) => sum + bytes, 0) / n;
  let above = 0;
  let below = 0;
  for (const { at, bytes } of looks) {
    above += (at - meanAt) * (bytes - meanBytes);
    below += (at - meanAt) ** 2;
  }
  return below === 0 ? 0 : ((above / below) * 60_000) / MiB;
}
