// What `npm test` tells: what went red, and of its time per project the tests, the seconds and the slowest files.
import { cpus } from 'node:os';
import { relative } from 'node:path';
import { root } from './setup.mjs';

const slowest = 10;

/** The project of a test file; see vitest.config.ts. */
function projectOf(path) {
  return (
    { e2e: 'e2e', browser: 'browser', db: 'database' }[/\.(e2e|browser|db)\.test\.tsx?$/.exec(path)?.[1]] ??
    'unit'
  );
}

/** Files of vitest's JSON report by project; `report` is undefined when there is none. */
export function gather(names, report) {
  const projects = new Map(names.map((name) => [name, []]));
  for (const { name, startTime, endTime, assertionResults } of report?.testResults ?? []) {
    const file = { path: relative(root, name), tests: assertionResults.length, from: startTime, to: endTime };
    projects.get(projectOf(name))?.push(file);
  }
  return projects;
}

/** What went red in vitest's JSON report: `file` within the house, `words` to read. A file that did not load is one. */
export function reds(report) {
  const found = [];
  for (const { name, status, message, assertionResults } of report?.testResults ?? []) {
    const file = relative(root, name);
    const broken = assertionResults.filter((test) => test.status === 'failed');
    for (const { fullName, failureMessages } of broken)
      found.push({ file, words: `  ${file}: ${fullName}: ${firstLine(failureMessages[0])}` });
    if (status === 'failed' && broken.length === 0)
      found.push({ file, words: `  ${file}: ${firstLine(message)}` });
  }
  return found;
}

/** What a second attempt has made green, in words as `reds` has them: each costs its time twice, and may be red next time. */
export function wavering(report) {
  return (report?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status, failureMessages }) => status === 'passed' && failureMessages?.length > 0)
      .map((test) => `  ${relative(root, name)}: ${test.fullName}: ${firstLine(test.failureMessages[0])}`),
  );
}

const firstLine = (text) => (text ?? 'no reason given').split('\n')[0];

/** From now on: asked, how much of the machine's processors was used since, in percent. Little of it: they wait. */
export function processors() {
  const since = times();
  return () => {
    const now = times();
    return Math.round((100 * (now.busy - since.busy)) / (now.all - since.all || 1));
  };
}

/** Of all processors since the machine started, ms. */
function times() {
  const each = cpus().map((one) => one.times);
  const all = each.flatMap((one) => Object.values(one)).reduce((sum, ms) => sum + ms, 0);
  return { all, busy: all - each.reduce((sum, { idle }) => sum + idle, 0) };
}

/** Lines to read: `projects` as gathered. Seconds of files are side by side, those of a project from first to last. */
export function table(projects) {
  const lines = [];
  for (const [name, files] of projects) {
    if (files.length === 0) continue;
    const tests = files.reduce((sum, file) => sum + file.tests, 0);
    const wall = Math.max(...files.map((file) => file.to)) - Math.min(...files.map((file) => file.from));
    const sum = files.reduce((all, file) => all + file.to - file.from, 0);
    lines.push(
      `\n${name}: ${tests} tests in ${files.length} files, ${inSeconds(wall)} s (${inSeconds(sum)} s of files)`,
    );
    for (const file of files.toSorted((a, b) => b.to - b.from - (a.to - a.from)).slice(0, slowest))
      lines.push(`${inSeconds(file.to - file.from).padStart(8)} s  ${file.path}`);
  }
  return lines.join('\n');
}

const inSeconds = (ms) => (ms / 1000).toFixed(ms < 10_000 ? 1 : 0);
