import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { DiskStore } from './disk.ts';
import { S3Store } from './s3.ts';
import { Spool } from './spool.ts';
import type { Store } from './store.ts';

export interface StoreConfig {
  /** Absent: the data folder. */
  s3?: {
    endpoint: string;
    bucket: string;
    prefix: string;
    region: string;
    accessKeyId: string;
    secretKey: string;
  };
}

/** The store in force, and the folder of files on their way to and from it. */
export async function openStore(options: {
  config: StoreConfig;
  dataFolder: string;
  clock: Clock;
}): Promise<{ store: Store; spool: Spool }> {
  const { config, clock, dataFolder } = options;
  const folder = join(dataFolder, 'media');
  const spool = await Spool.open(join(folder, 'incoming'), clock);
  const store = config.s3
    ? new S3Store({ ...config.s3, clock })
    : await DiskStore.open(join(folder, 'files'), clock);
  return { store, spool };
}
