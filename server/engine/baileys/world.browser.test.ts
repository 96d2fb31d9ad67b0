import { afterEach, expect } from 'vitest';
import { describePictures } from '../conformance-pictures.ts';
import { marco } from '../conformance-trial.ts';
import { describeInWorld } from '../conformance-world.ts';
import { Trial } from './testing.ts';

const owned: Trial[] = [];
afterEach(async () => {
  for (const trial of owned.splice(0)) {
    const { missingModules } = trial.sandbox.world;
    await trial[Symbol.asyncDispose]();
    expect(missingModules).toEqual([]);
  }
});

const linked = async (): Promise<Trial> => {
  const trial = await Trial.start();
  owned.push(trial);
  trial.sandbox.world.people.ensure(marco);
  await trial.link();
  return trial;
};
describeInWorld(linked);
describePictures(linked);
