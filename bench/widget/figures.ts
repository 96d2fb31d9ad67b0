import type { Browser } from 'playwright';
import { percentile, watchForeignCpu } from '../measure.ts';
import type { Task } from './trace.ts';

/** Wall time, and CPU time of the page's main thread, ms. */
export interface Taken {
  wall: number[];
  cpu: number[];
  /** The tasks it was made of, where the longest of them is what is asked. */
  tasks?: readonly Task[];
}

export interface Figure {
  what: string;
  goalMs: number;
  product: Taken;
  /** A bare page that does the same, in the same minute. */
  limit?: Taken;
  /** Which of them counts. */
  percent: 95 | 100;
  /** How much of the machine others took meanwhile, 0…1. */
  others: number;
}

/** Above this share wall time says who was scheduled: it is printed, and CPU time is judged in its place. */
const quiet = 0.25;

/** How much of the machine was taken, from now to the call of what it resolves to, by anybody but this bench and its browser. */
export async function watchOthers(browser: Browser): Promise<() => Promise<number>> {
  const session = await browser.newBrowserCDPSession();
  const pids = async (): Promise<number[]> => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return [process.pid, ...processInfo.map(({ id }) => id)];
  };
  let ours = await pids();
  const foreign = watchForeignCpu(() => ours);
  return async () => {
    ours = await pids();
    const share = foreign();
    await session.detach();
    return share;
  };
}

export function verdict({ goalMs, product, percent, others }: Figure): string {
  if (percentile(product.wall, percent) <= goalMs) return 'met';
  if (others <= quiet) return 'MISSED';
  if (!product.cpu.length) return 'not judged';
  return percentile(product.cpu, percent) <= goalMs ? 'met in CPU' : 'MISSED in CPU';
}

const ms = (values: readonly number[], percent: number): string =>
  values.length ? `${Math.round(percentile(values, percent))} (${Math.round(percentile(values, 50))})` : '–';

/** The longest tasks, each with its own CPU and wall time: by CPU, for of the wall time others decide. */
function printTasks(what: string, tasks: readonly Task[], most = 6): void {
  if (!tasks.length) return;
  console.log(`\n${what}, the longest tasks: CPU of wall, ms`);
  for (const { cpuMs, wallMs, parts } of tasks.toSorted((a, b) => b.cpuMs - a.cpuMs).slice(0, most))
    console.log(`  ${cpuMs.toFixed(0).padStart(4)} of ${wallMs.toFixed(0).padStart(4)}  ${parts}`);
}

/** How many goals were missed. */
export function print(figures: readonly Figure[]): number {
  const rows = figures.map((figure) => {
    const { what, goalMs, product, limit = { wall: [], cpu: [] }, percent, others } = figure;
    // Of the longest the longest is compared, of the rest what is usual.
    const usual = percent === 100 ? 100 : 50;
    const ratio = percentile(product.cpu, usual) / percentile(limit.cpu, usual);
    return [
      what,
      `${goalMs}`,
      ms(product.wall, percent),
      ms(limit.wall, percent),
      ms(product.cpu, percent),
      ms(limit.cpu, percent),
      Number.isFinite(ratio) ? `${ratio.toFixed(1)} ×` : '–',
      `${product.wall.length}`,
      `${Math.round(others * 100)} %`,
      verdict(figure),
    ];
  });
  const head = ['ms: p95 (median)', 'goal', 'wall', 'limit', 'CPU', 'limit', 'CPU ratio', 'n', 'others', ''];
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]!.length)));
  console.log();
  for (const row of [head, ...rows])
    console.log(
      row.map((cell, at) => (at ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!))).join('  '),
    );
  for (const { what, product } of figures) printTasks(what, product.tasks ?? []);
  return figures.filter((figure) => verdict(figure).startsWith('MISSED')).length;
}
