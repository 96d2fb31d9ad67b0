import { afterAll, describe, expect } from 'vitest';
import { describePictures } from '../conformance-pictures.ts';
import { marco } from '../conformance-trial.ts';
import { describeInWorld } from '../conformance-world.ts';
import { Trial } from './testing.ts';

describe.each([1, 2, 3] as const)('page generation %i', (generation) => {
  // One linked number for all that is tried with this page: each goes on where the last one ended.
  let linked: Promise<Trial> | undefined;
  const link = async (): Promise<Trial> => {
    const trial = await Trial.start({ generation });
    trial.sandbox.world.people.ensure(marco);
    await trial.link();
    return trial;
  };
  afterAll(async () => {
    const trial = await linked;
    await trial?.[Symbol.asyncDispose]();
    expect(trial?.sandbox.world.missingModules).toEqual([]);
  });
  describeInWorld(() => (linked ??= link()));
  describePictures(() => (linked ??= link()));
});
