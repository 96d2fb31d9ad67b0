import { readFileSync } from 'node:fs';
import { descendants, processes, type Process } from '../../e2e/harness/processes.ts';

/** What a process takes of memory (RSS, bytes), from its first look to its last. */
export interface Series {
  what: 'server' | 'child';
  /** `at` ms since the start of the soak. */
  looks: { at: number; bytes: number }[];
}

const MiB = 1_048_576;
/** A process begins by growing: so much of each series is not judged. */
const warmUpMs = 60_000;
/** And what is left has to be as long as this for a slope to say anything. */
const shortestMs = 60_000;

/** Looks at the server and the children of its engines, whatever their lives. */
export class MemoryWatch {
  readonly series = new Map<number, Series>();
  /** Every process that has belonged to the house: none of them may be left at the end. */
  readonly family = new Map<number, string>();
  readonly #startedAt = Date.now();

  /** Once for each few seconds. */
  look(server: number): void {
    const all = processes();
    if (!all.some(({ pid }) => pid === server)) return;
    this.#note(server, 'server');
    this.family.set(server, 'server');
    for (const one of descendants(server, all)) {
      if (one.command.includes('child.ts')) this.#note(one.pid, 'child');
      this.family.set(one.pid, one.command);
    }
  }
  #note(pid: number, what: Series['what']): void {
    const bytes = residentOf(pid);
    if (bytes === undefined) return;
    const series = this.series.get(pid) ?? { what, looks: [] };
    this.series.set(pid, series);
    series.looks.push({ at: Date.now() - this.#startedAt, bytes });
  }
  /** Those of the family that are still there. A pid that has become somebody else's is not one of them. */
  left(): Process[] {
    return processes().filter(({ pid, command }) => {
      const was = this.family.get(pid);
      return (
        was !== undefined && (was === command || (was === 'server' && command.includes('server/main.ts')))
      );
    });
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
  lives: number;
}

/** Pure. Of all lives together: the slope is the mean of theirs, each weighed by its length. */
export function growthOf(all: readonly Series[]): Growth {
  const bytes = all.flatMap(({ looks }) => looks.map((look) => look.bytes)).toSorted((a, b) => a - b);
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
    most: (bytes.at(-1) ?? 0) / MiB,
    median: (bytes[Math.floor(bytes.length / 2)] ?? 0) / MiB,
    slope: weight > 0 ? sum / weight : undefined,
    judged: weight / 60_000,
    lives: all.length,
  };
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
