import type { Finding, Verdict } from './audit.ts';
import { growthOf, type Growth, type Series } from './memory.ts';
import type { Fault } from './plan.ts';

export interface Course {
  seed: number;
  engine: string;
  database: string;
  minutes: number;
  verdicts: Verdict[];
  plan: Fault[];
  memory: Series[];
  /** Processes that have outlived the house, as `pid command`. */
  orphans: string[];
  /** Children that outlived a server that was killed by more than the limit, in words. */
  lateOrphans: string[];
  processes: number;
  exitCode: number | null;
  /** How long it took until everything was where it belongs after the last fault, ms; undefined: it never was. */
  settledMs: number | undefined;
  /** Times a Session waited for its breaker and a person pressed the button, after the last fault. */
  presses: number;
}

/** MiB a child of a Session may take (RSS). */
export const childGoal = 128;
/** MiB a minute that still count as flat, once a life has been watched for ten minutes. */
export const flatSlope = 0.5;
const judgedAtLeast = 10;

/** Pure. The report as lines, and whether the soak has been passed. */
export function reportOf(course: Course): { lines: string[]; passed: boolean } {
  const { verdicts, plan, settledMs } = course;
  const findings = verdicts.flatMap((verdict) => verdict.findings);
  const sum = (of: (verdict: Verdict) => number): number => verdicts.reduce((all, one) => all + of(one), 0);
  const server = growthOf(course.memory.filter(({ what }) => what === 'server'));
  const child = growthOf(course.memory.filter(({ what }) => what === 'child'));
  const grows = [server, child].some(
    ({ slope, judged, drift }) =>
      (slope !== undefined && judged >= judgedAtLeast && slope > flatSlope) || (drift ?? 0) > flatSlope,
  );
  const failures = [
    ...(findings.length ? [`${findings.length} messages are not once and well`] : []),
    ...(settledMs === undefined ? ['it did not come to rest'] : []),
    ...(course.orphans.length ? [`${course.orphans.length} processes outlived the house`] : []),
    ...(course.lateOrphans.length
      ? [`${course.lateOrphans.length} children outlived a killed server for too long`]
      : []),
    ...(course.exitCode === 0 ? [] : [`the server ended with ${course.exitCode}`]),
    ...(grows ? [`memory grows by more than ${flatSlope} MiB a minute`] : []),
  ];
  const lines = [
    `seed ${course.seed} · ${course.minutes} min · ${verdicts.length} Sessions (${course.engine}) · ${course.database}`,
    `faults     ${plan.length}: ${counted(plan)}`,
    `received   ${sum(({ received }) => received.all)}, stored once ${sum(({ received }) => received.once)}`,
    `sent       ${sum(({ sent }) => sent.all)}, on the phone once ${sum(({ sent }) => sent.once)}; uncertain ${sum(({ sent }) => sent.uncertain)}, of which arrived ${sum(({ sent }) => sent.uncertainArrived)}`,
    `at rest    ${settledMs === undefined ? 'never' : `${Math.round(settledMs / 1000)} s after the last fault, ${course.presses} pressed "link"`}`,
    `server     ${inWords(server)}`,
    `children   ${inWords(child)}; goal ≤ ${childGoal} MiB each: ${child.most <= childGoal ? 'met' : 'MISSED'}`,
    `processes  ${course.processes} seen, ${course.orphans.length} left`,
    ...course.orphans.slice(0, 10).map((orphan) => `  left: ${orphan}`),
    ...course.lateOrphans.slice(0, 10).map((orphan) => `  late: ${orphan}`),
    ...findings.slice(0, 30).map(describe),
    ...(findings.length > 30 ? [`  … and ${findings.length - 30} more`] : []),
    failures.length
      ? `FAILED: ${failures.join('; ')}`
      : 'passed: nothing lost, nothing doubled, nothing left behind',
  ];
  return { lines, passed: failures.length === 0 };
}

const describe = ({ fault, body, at, detail }: Finding): string =>
  `  ${fault}: "${body}", written at ${new Date(at).toISOString().slice(11, 19)}${detail ? ` (${detail})` : ''}`;

function counted(plan: readonly Fault[]): string {
  const counts = new Map<string, number>();
  for (const { trouble } of plan) counts.set(trouble, (counts.get(trouble) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([trouble, count]) => `${trouble} ${count}`)
    .join(', ');
}

function inWords({ most, median, slope, judged, drift, lives }: Growth): string {
  const size = `RSS at most ${most.toFixed(0)} MiB, usually ${median.toFixed(0)}, over ${lives} lives`;
  const isJudged = judged >= judgedAtLeast ? '' : ', too short to be judged';
  const within =
    slope === undefined
      ? 'no life long enough for a slope'
      : `slope ${signed(slope)} MiB/min (${judged.toFixed(0)} min after warm-up${isJudged})`;
  const between = drift === undefined ? 'too few to compare' : `${signed(drift)} MiB/min from life to life`;
  return `${size}; ${within}; ${between}`;
}
const signed = (value: number): string => `${value >= 0 ? '+' : ''}${value.toFixed(2)}`;
