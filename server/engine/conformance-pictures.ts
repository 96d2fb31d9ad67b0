import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { changeGroup, createGroup } from '../../sandbox/groups.ts';
import { changePicture, pictureFile } from '../../sandbox/pictures.ts';
import type { Address } from '../contract/address.ts';
import { giulia, type WorldTrial } from './conformance-trial.ts';
import type { PictureAnswer } from './engine.ts';

/** What every engine that claims profile pictures promises in a world. Call it inside a `describe`. */
export function describePictures(linked: () => Promise<WorldTrial>): void {
  const { signal } = new AbortController();
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });

  test('what people and groups look like comes out of WhatsApp, and no Chat is made for it', async () => {
    const trial = await linked();
    const { world } = trial.sandbox;
    const directory = await mkdtemp(join(tmpdir(), 'engine-'));
    folders.push(directory);
    const group = createGroup(world, { subject: 'Fornitori', people: [giulia] }).id;
    const stranger = world.people.add({
      phone: '393920009988@c.us',
      pushName: 'Nina',
      stranger: true,
    }).phone!;
    const [first, second] = ['portrait-1', 'portrait-2'].map((name) => `/p/${name}.jpg`);
    let asked = 0;
    const look = async (of: string, largest = 100_000): Promise<Uint8Array | PictureAnswer> => {
      const file = join(directory, `${asked++}`);
      const answer = await trial.session.fetchPicture!({ of: of as Address, file, largest, signal });
      if (answer.kind !== 'fetched') {
        await expect(stat(file)).rejects.toThrow('ENOENT');
        return answer;
      }
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      return new Uint8Array(await readFile(file));
    };
    const bytes = (path: string | undefined): Uint8Array => new Uint8Array(pictureFile(world, path!)!.body);
    expect(await look(giulia)).toEqual({ kind: 'none' });
    for (const [of, path] of [
      [giulia, first],
      [stranger, second],
      [group, first],
    ] as const)
      changePicture(world, of, path);
    expect(await look(giulia)).toEqual(bytes(first));
    expect(await look(stranger)).toEqual(bytes(second));
    expect(await look(group)).toEqual(bytes(first));
    expect(await look(giulia, 1_000)).toEqual({ kind: 'none' });
    expect(world.people.findChat(stranger)).toBeUndefined();
    const person = world.people.byWid(giulia)!;
    world.people.change(person, { hidesPicture: true });
    expect(await look(giulia)).toEqual({ kind: 'none' });
    world.people.change(person, { hidesPicture: false });
    changePicture(world, giulia, '/p/gone.jpg');
    expect(await look(giulia)).toEqual({ kind: 'none' });
    changePicture(world, giulia, undefined);

    // A group's is told of by both; a person's by those who are told of it.
    const told = trial.next('picture', ({ of }) => of === group);
    changePicture(world, group, second);
    changeGroup(world, group, { do: 'picture' });
    await told;
    expect(world.missingModules).toEqual([]);
  });
}
