import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { version } from './version.ts';

/** What a build must not take away: exact versions that pages may have pinned, and the chunks they name. */
export interface Kept {
  putBack(): Promise<void>;
}

/**
 * Sets aside the releases of other versions that stand in the output folder, before it is emptied. A release is a folder
 * `v1.2.3` and the hashed files of its time (listed in its `files.json`).
 */
export async function keepReleases(outDir: string): Promise<Kept> {
  const aside = await mkdtemp(join(tmpdir(), 'chatdock-releases-'));
  const folders = (await readdir(outDir).catch(() => [])).filter(
    (name) => /^v\d+\.\d+\.\d+$/.test(name) && name !== `v${version}`,
  );
  const paths: string[] = [];
  for (const folder of folders) {
    const list = await readFile(join(outDir, folder, 'files.json'), 'utf8').catch(() => '[]');
    paths.push(folder, ...(JSON.parse(list) as string[]));
  }
  const copy = async (from: string, to: string): Promise<void> => {
    for (const path of paths) {
      await mkdir(dirname(join(to, path)), { recursive: true });
      await cp(join(from, path), join(to, path), { recursive: true, force: false }).catch(() => undefined);
    }
  };
  await copy(outDir, aside);
  return {
    async putBack() {
      await copy(aside, outDir);
      await rm(aside, { recursive: true, force: true });
    },
  };
}
