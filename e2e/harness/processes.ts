import { execFileSync } from 'node:child_process';

export interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** Every process of this machine that is alive; a zombie is not. */
export function processes(): Process[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=,args=', '-ww'], { encoding: 'utf8' }).split(
    '\n',
  );
  return lines.flatMap((line) => {
    const [, pid, parent, stat, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return pid && !stat!.startsWith('Z')
      ? [{ pid: Number(pid), parent: Number(parent), command: command! }]
      : [];
  });
}

/** A process's children, and theirs. */
export function descendants(of: number, all = processes()): Process[] {
  const children = all.filter((one) => one.parent === of);
  return [...children, ...children.flatMap((child) => descendants(child.pid, all))];
}

/** What a house runs for its Sessions: a child process each, and with wwebjs its browser and the browser's helpers. */
export function sessionProcesses(house: number): Process[] {
  return descendants(house).filter(({ command }) => command.includes('--chatdock-session='));
}
/** The child process that holds the library; one for each Session that runs. */
export function engineChildren(house: number): Process[] {
  return sessionProcesses(house).filter(({ command }) => command.includes('child.ts'));
}
/** The browser itself, neither a helper of it nor a script that starts it. */
export function engineBrowsers(house: number): Process[] {
  return sessionProcesses(house).filter(
    ({ command }) =>
      command.includes('--user-data-dir=') && !command.includes('--type=') && !command.startsWith('/bin/'),
  );
}
