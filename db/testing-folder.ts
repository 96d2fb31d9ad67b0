import { existsSync, statfsSync } from 'node:fs';

/**
 * A folder whose files need no disk to be safe; undefined where a container has only a little of it. To make and drop a
 * MariaDB's tables there takes a third of the processor and a fifth of the time (2026-11-21).
 */
export function inMemory(): string | undefined {
  const folder = '/dev/shm';
  if (!existsSync(folder)) return undefined;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > 2 ** 30 ? folder : undefined;
}
