import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The argument by which the processes of one Session are told from all others. */
export function sessionMarker(directory: string): string {
  return `--chatdock-session=${createHash('sha256').update(directory).digest('hex').slice(0, 20)}`;
}

interface ProcessRow {
  pid: number;
  /** With the pid it names a process for ever: pids are used again. */
  started: string;
  parent: number;
  /** Ended and waiting for its parent to take note. */
  defunct: boolean;
  command: string;
}

/** The living processes with `marker` among their arguments, and everything they started. */
export async function markedProcesses(marker: string): Promise<number[]> {
  return (await markedRows(marker)).map((row) => row.pid);
}

/** What they take of memory together, bytes; their own pages, not the files they share. Undefined where it cannot be told. */
export async function memoryOf(marker: string): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const pids = await markedProcesses(marker);
  const resident = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      return Number(/^RssAnon:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1_024;
    }),
  );
  return resident.reduce((sum, one) => sum + one, 0);
}

/**
 * Processes once seen to belong to a marker, by pid and start. A browser's own processes do not carry the marker: when
 * the browser is gone, one that hangs belongs to nobody, and only memory tells whose it was.
 */
export type Remembered = Map<number, string>;

export async function rememberMarked(marker: string, remembered: Remembered): Promise<void> {
  for (const { pid, started } of await markedRows(marker)) remembered.set(pid, started);
}

async function markedRows(marker: string, remembered: Remembered = new Map()): Promise<ProcessRow[]> {
  const rows = await processTable();
  const isOurs = (row: ProcessRow): boolean =>
    row.command.includes(marker) || remembered.get(row.pid) === row.started;
  const found = new Set(rows.filter(isOurs).map((row) => row.pid));
  found.delete(process.pid);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const row of rows) if (found.has(row.parent) && row.pid !== process.pid) found.add(row.pid);
  }
  return rows.filter((row) => found.has(row.pid) && !row.defunct);
}

/**
 * Kills them and waits, at most 5 s, until they are gone. `graceMs`: how long they may take to end by themselves,
 * as a browser does in order when its pipe breaks. Gives how many there were.
 */
export async function killMarked(marker: string, graceMs = 0, remembered?: Remembered): Promise<number> {
  const first = await markedRows(marker, remembered);
  let left = first;
  const until = Date.now() + graceMs;
  while (left.length > 0 && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    left = await markedRows(marker, remembered);
  }
  for (let tries = 0; left.length > 0 && tries < 50; tries++) {
    for (const { pid } of left) kill(pid);
    await new Promise((resolve) => setTimeout(resolve, tries < 5 ? 20 : 100));
    left = await markedRows(marker, remembered);
  }
  return first.length;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
}

async function processTable(): Promise<ProcessRow[]> {
  if (process.platform !== 'linux') return tableFromPs();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(pids.map(rowFromProc));
  return rows.filter((row) => row !== undefined);
}

async function rowFromProc(pid: string): Promise<ProcessRow | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may itself hold blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, parent] = fields;
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
    const defunct = state === 'Z' || state === 'X';
    return { pid: Number(pid), started: fields[19] ?? '', parent: Number(parent), defunct, command };
  } catch {
    return undefined;
  }
}

async function tableFromPs(): Promise<ProcessRow[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,stat=,lstart=,command='], {
    maxBuffer: 16_000_000,
  });
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+((?:\S+\s+){4}\S+)\s+(.*)$/.exec(line);
    if (!match) return [];
    const [, pid, parent, state, started = '', command = ''] = match;
    const defunct = state!.startsWith('Z');
    return [{ pid: Number(pid), started, parent: Number(parent), defunct, command }];
  });
}
