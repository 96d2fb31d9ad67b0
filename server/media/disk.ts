import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, open, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { checkDigest, type ByteRange, type OpenedFile, type Spooled, type Store } from './store.ts';

/**
 * Files in a folder (0700) of the data folder: `ab/abcd…`. A file appears under its name whole and on the disk, or not
 * at all: the spool has synced its bytes, a rename gives the name, and the folder is synced.
 */
export class DiskStore implements Store {
  readonly name = 'disk';
  readonly #folder: string;
  readonly #clock: Clock;
  /** By digest: putting and removing the same file take turns. */
  readonly #turns = new Map<string, Promise<void>>();

  private constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  static async open(folder: string, clock: Clock): Promise<DiskStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new DiskStore(folder, clock);
  }

  async put({ file, digest, size }: Spooled): Promise<void> {
    const path = this.localPath(digest);
    await this.#inTurn(digest, async () => {
      const now = new Date(this.#clock.now());
      const known = await stat(path).catch(() => undefined);
      if (known?.isFile() && known.size === size) {
        await utimes(path, now, now);
        await unlink(file).catch(() => undefined);
        return;
      }
      const folder = join(path, '..');
      const made = await mkdir(folder, { recursive: true, mode: 0o700 });
      await moveFile(file, path);
      await utimes(path, now, now);
      await syncFolder(folder);
      if (made !== undefined) await syncFolder(this.#folder);
    });
  }

  async open(digest: string, range?: ByteRange): Promise<OpenedFile | undefined> {
    const handle = await open(this.localPath(digest), constants.O_RDONLY | constants.O_NOFOLLOW).catch(
      (error: unknown) => {
        if (hasCode(error, 'ENOENT')) return undefined;
        throw error;
      },
    );
    if (!handle) return undefined;
    try {
      const { size } = await handle.stat();
      if (range && (range.start > range.end || range.end >= size)) {
        await handle.close();
        return undefined;
      }
      // The stream owns the handle from here: it closes when the stream ends or is destroyed.
      return {
        size,
        body: createReadStream('', { fd: handle, ...range, autoClose: true, highWaterMark: 128 * 1024 }),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async remove(digest: string, putSince: number): Promise<void> {
    const path = this.localPath(digest);
    await this.#inTurn(digest, async () => {
      const known = await stat(path).catch(() => undefined);
      if (known && known.mtimeMs < putSince) await unlink(path).catch(() => undefined);
    });
  }

  localPath(digest: string): string {
    return join(this.#folder, checkDigest(digest).slice(0, 2), digest);
  }

  async #inTurn(digest: string, work: () => Promise<void>): Promise<void> {
    const mine = (this.#turns.get(digest) ?? Promise.resolve()).catch(() => undefined).then(work);
    this.#turns.set(digest, mine);
    try {
      await mine;
    } finally {
      if (this.#turns.get(digest) === mine) this.#turns.delete(digest);
    }
  }
}

async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw error;
    // The spool is on another disk: a copy beside the place, and a rename there.
    const draft = `${to}.part`;
    await copyFile(from, draft);
    const handle = await open(draft, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(draft, to);
    await unlink(from);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
