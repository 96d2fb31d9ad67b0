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

/** The engine's browsers of a house: the first process of each carries the mark, its helpers are below it. */
export function engineBrowsers(house: number): Process[] {
  return descendants(house).filter(
    ({ command }) => command.includes('--chatdock-session=') && !command.includes('--type='),
  );
}
