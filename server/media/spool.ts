import { createHash, randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { mkdir, open, readdir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Spooled } from './store.ts';

/** A file that is whole and measured, with its beginning for a look at what it is. */
export interface Measured extends Spooled {
  head: Uint8Array;
}

export class TooLarge extends Error {
  override name = 'TooLarge';
}

const headBytes = 64 * 1024;
/** What nobody can still be writing. */
const abandonedMs = 24 * 3_600_000;

/**
 * A folder (0700) of files that are on their way: an upload that comes in, what an engine writes, what is read back from
 * a distant store. Names are random; what a killed process left is removed on the next start.
 */
export class Spool {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string, clock: Clock): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found && clock.now() - found.mtimeMs > abandonedMs) await unlink(path).catch(() => undefined);
    }
    return new Spool(folder);
  }

  /** A path where no file stands. */
  newPath(): string {
    return join(this.#folder, randomBytes(16).toString('hex'));
  }

  /**
   * Writes a stream down to its end and makes sure that it is on the disk. {@link TooLarge} as soon as it is. Whatever
   * goes wrong, no file is left.
   */
  async receive(
    source: AsyncIterable<Uint8Array>,
    options: { largest: number; signal?: AbortSignal; onBytes?: (size: number) => void },
  ): Promise<Measured> {
    const file = this.newPath();
    const handle = await open(file, 'wx', 0o600);
    const measure = new Measure(options.largest);
    try {
      try {
        for await (const chunk of source) {
          options.signal?.throwIfAborted();
          measure.add(chunk);
          options.onBytes?.(measure.size);
          await writeAll(handle, chunk);
        }
        options.signal?.throwIfAborted();
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      await this.drop(file);
      throw error;
    }
    return { file, ...measure.result() };
  }

  /** Measures a file that somebody else has written under a {@link newPath}. On any trouble it is removed. */
  async measure(file: string, options: { largest: number; signal?: AbortSignal }): Promise<Measured> {
    try {
      // Not through a link, and not into a pipe: the writer may be another program.
      const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      try {
        const found: Stats = await handle.stat();
        if (!found.isFile()) throw new Error('what was written is no file');
        if (found.size > options.largest) throw new TooLarge();
        const measure = new Measure(options.largest);
        const buffer = Buffer.allocUnsafe(256 * 1024);
        for (;;) {
          options.signal?.throwIfAborted();
          const { bytesRead } = await handle.read(buffer, 0, buffer.length);
          if (bytesRead === 0) break;
          measure.add(buffer.subarray(0, bytesRead));
        }
        await handle.sync();
        return { file, ...measure.result() };
      } finally {
        await handle.close();
      }
    } catch (error) {
      await this.drop(file);
      throw error;
    }
  }

  /** Of a file that is not there: harmless. */
  async drop(file: string): Promise<void> {
    await unlink(file).catch(() => undefined);
  }
}

class Measure {
  size = 0;
  #largest: number;
  #hash = createHash('sha256');
  #head: Buffer[] = [];
  #headSize = 0;

  constructor(largest: number) {
    this.#largest = largest;
  }

  add(chunk: Uint8Array): void {
    this.size += chunk.length;
    if (this.size > this.#largest) throw new TooLarge();
    this.#hash.update(chunk);
    if (this.#headSize < headBytes) {
      // A copy: the reader uses its buffer again.
      const part = Buffer.from(chunk.subarray(0, headBytes - this.#headSize));
      this.#head.push(part);
      this.#headSize += part.length;
    }
  }

  result(): { digest: string; size: number; head: Uint8Array } {
    return { digest: this.#hash.digest('hex'), size: this.size, head: Buffer.concat(this.#head) };
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    written += (await handle.write(chunk, written)).bytesWritten;
  }
}
