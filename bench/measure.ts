import { readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own tick is. */
const usPerTick = 10_000;

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Nearest rank; NaN when there is no value. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN;
}

/** CPU time of these processes since their start, in microseconds; one that has ended counts nothing. */
export function cpuOf(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    try {
      const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The second field is the name in brackets, which may hold blanks.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has ended.
    }
  }
  return ticks * usPerTick;
}

/** CPU time everything on this machine has used since it booted, and what it could have used, in microseconds. */
function cpuOfMachine(): { busy: number; all: number } {
  const line = readFileSync('/proc/stat', 'latin1').split('\n')[0] ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + soft + steal;
  return { busy: busy * usPerTick, all: (busy + idle + wait) * usPerTick };
}

/** How much of the machine others took from the moment of this call until the one it returns. 0…1. */
export function watchForeignCpu(ours: () => readonly number[]): () => number {
  const start = cpuOfMachine();
  const ownStart = cpuOf(ours());
  return () => {
    const end = cpuOfMachine();
    const own = cpuOf(ours()) - ownStart;
    return Math.max(0, (end.busy - start.busy - own) / (end.all - start.all));
  };
}

/** One line of the result. */
export interface Line {
  what: string;
  limit: string;
  rival: string;
  product: string;
  ratio: string;
  /** What was promised; '' for a line that only informs. */
  goal: string;
  /** Result as a share of the goal: 1 and above is met. */
  share?: number;
}

export interface BenchResult {
  lines: Line[];
  foreignCpu: number;
}

/** A failure is a result below this share of its goal: noise of a shared machine is not. */
export const tolerated = 0.7;

export function printLines(lines: readonly Line[]): void {
  const header = {
    what: '',
    limit: 'limit',
    rival: 'rival',
    product: 'product',
    ratio: 'ratio',
    goal: 'goal',
  };
  const cells = [header, ...lines].map((line) => [
    line.what,
    line.limit,
    line.rival,
    line.product,
    line.ratio,
    line.goal,
    verdict((line as Line).share),
  ]);
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  for (const row of cells)
    console.log(`  ${row.map((cell, n) => cell.padEnd(widths[n]!)).join('  ')}`.trimEnd());
}

function verdict(share: number | undefined): string {
  if (share === undefined) return '';
  if (share >= 1) return 'met';
  return share >= tolerated ? 'near' : 'MISSED';
}

export function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`;
}

export function micros(us: number): string {
  return `${us < 10 ? us.toFixed(1) : Math.round(us).toLocaleString('en')} µs`;
}

export function millis(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;
}
