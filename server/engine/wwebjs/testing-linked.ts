import { afterEach } from 'vitest';
import { noFaults } from '../../../sandbox/faults.ts';
import type { SandboxOptions } from '../../../sandbox/index.ts';
import { shared } from '../../../sandbox/testing-shared.ts';
import { Trial } from './testing.ts';

/** For a file: makes a Trial that ends with the test that asked for it. */
export function trialsOfATest(): (options?: SandboxOptions) => Promise<Trial> {
  const owned: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const thing of owned.splice(0).toReversed()) await thing[Symbol.asyncDispose]();
  });
  return async (options) => {
    const trial = await Trial.start(options);
    owned.push(trial);
    return trial;
  };
}

/** A linked number for several tests, with nothing wrong in its world when a test gets it: a browser's start is seconds. */
export function linkedNumber(options: SandboxOptions = {}): () => Promise<Trial> {
  const number = shared(async (owned) => {
    const trial = owned.use(await Trial.start(options));
    await trial.link();
    return trial;
  });
  return async () => {
    const trial = await number();
    trial.sandbox.world.setFaults(noFaults);
    return trial;
  };
}
