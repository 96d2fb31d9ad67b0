import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, constants, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../clock.ts';
import { ArchiveBroken } from './broken.ts';
import type { Entry } from './entries.ts';

/** Which files of its folder an engine needs to find its link again; `path` with `/`, from the folder on. */
export type KeepsFile = (path: string) => boolean;

interface KeptFile {
  path: string;
  size: number;
}

const homeFile = 'home';
const tries = 5;
const againMs = 300;

/** Sorted by path. Links and other oddities are no files. */
async function keptFiles(directory: string, keeps: KeepsFile): Promise<KeptFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const kept: KeptFile[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    const path = full.slice(directory.length + 1).replaceAll('\\', '/');
    if (!keeps(path)) continue;
    const size = await stat(full).then(
      (found) => found.size,
      () => -1,
    );
    if (size >= 0) kept.push({ path, size });
  }
  return kept.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether there is anything in the folder that an engine could find its link by. */
export async function hasKept(directory: string, keeps: KeepsFile): Promise<boolean> {
  return (await keptFiles(directory, keeps)).length > 0;
}

/**
 * A copy of what is kept, beside the folder, as it was at one moment although the engine may be writing: it counts only
 * when no file has come, gone or shrunk meanwhile. (A file that grew is a log with more lines; the databases of a browser
 * are logs and files that are never changed.) Whoever calls removes it. Throws {@link ArchiveBroken}.
 */
export async function copyAside(
  directory: string,
  keeps: KeepsFile,
  bounds: { clock: Clock; largest: number; signal?: AbortSignal },
  aside = `${directory}.copy`,
): Promise<string> {
  for (let tried = 1; ; tried++) {
    await removeFolder(aside);
    const before = await keptFiles(directory, keeps);
    const bytes = before.reduce((sum, { size }) => sum + size, 0);
    if (bytes > bounds.largest)
      throw new ArchiveBroken('archive-too-large', `${Math.ceil(bytes / 1_000_000)} MB`);
    if (await copied(directory, aside, before)) {
      const after = new Map((await keptFiles(directory, keeps)).map(({ path, size }) => [path, size]));
      const isSame =
        after.size === before.length && before.every(({ path, size }) => (after.get(path) ?? -1) >= size);
      if (isSame) return aside;
    }
    if (tried === tries || bounds.signal?.aborted) {
      await removeFolder(aside);
      throw new ArchiveBroken('archive-unsteady', 'its files are changing all the time');
    }
    await bounds.clock.delay(againMs, bounds.signal);
  }
}

async function copied(directory: string, aside: string, files: readonly KeptFile[]): Promise<boolean> {
  await mkdir(aside, { recursive: true, mode: 0o700 });
  try {
    for (const { path } of files) {
      await mkdir(dirname(join(aside, path)), { recursive: true, mode: 0o700 });
      await copyFile(join(directory, path), join(aside, path), constants.COPYFILE_FICLONE);
    }
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Everything of a folder that nobody writes to. */
export async function* entriesOf(folder: string): AsyncGenerator<Entry> {
  for (const { path, size } of await keptFiles(folder, () => true))
    yield { head: { kind: 'file', path, size }, body: createReadStream(join(folder, path)) };
}

/** A folder being filled, beside others, which takes the place of another when it is whole. */
export class ComingFolder implements AsyncDisposable {
  readonly #coming: string;
  readonly #keeps: KeepsFile;
  files = 0;

  private constructor(coming: string, keeps: KeepsFile) {
    this.#coming = coming;
    this.#keeps = keeps;
  }
  /** Of another one there nothing is left. */
  static async make(coming: string, keeps: KeepsFile): Promise<ComingFolder> {
    const folder = new ComingFolder(coming, keeps);
    await removeFolder(folder.#coming);
    await mkdir(folder.#coming, { recursive: true, mode: 0o700 });
    return folder;
  }
  /** Throws {@link ArchiveBroken} for a path that is not the engine's. */
  async add(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
    const isOurs = path.split('/').every((name) => !['', '.', '..'].includes(name)) && !path.includes('\\');
    if (!isOurs || !this.#keeps(path)) throw new ArchiveBroken('archive-unknown', 'a file that is not kept');
    const full = join(this.#coming, path);
    await mkdir(dirname(full), { recursive: true, mode: 0o700 });
    await pipeline(body, createWriteStream(full, { flags: 'wx', mode: 0o600, flush: true }));
    this.files += 1;
  }
  /** Instead of what is there. Killed in between, the folder is missing and is brought again. */
  async settle(directory: string): Promise<void> {
    const gone = `${directory}.gone`;
    await removeFolder(gone);
    await rename(directory, gone).catch(() => {});
    await rename(this.#coming, directory);
    await removeFolder(gone);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await removeFolder(this.#coming);
  }
}

/** What may stand beside a Session's folder after a kill, and the folder itself. */
export async function forgetFolder(directory: string): Promise<void> {
  for (const ending of ['', '.copy', '.backup', '.coming', '.gone'])
    await removeFolder(`${directory}${ending}`);
}

export function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** The name the folder carries, so that two folders of one Session on two machines are told apart. */
export async function readHome(directory: string): Promise<string | undefined> {
  const text = await readFile(join(directory, homeFile), 'utf8').catch(() => '');
  return /^[0-9a-f-]{36}$/.test(text) ? text : undefined;
}
export async function makeHome(directory: string): Promise<string> {
  const name = randomUUID();
  await writeFile(join(directory, homeFile), name, { mode: 0o600 });
  return name;
}
