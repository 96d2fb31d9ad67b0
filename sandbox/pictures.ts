import { readFileSync } from 'node:fs';
import { isGroup } from './identifiers.ts';
import { Refusal } from './refusal.ts';
import type { Wid } from './shapes.ts';
import type { World } from './world.ts';

// Profile pictures: of people and groups, by their path on the stand-in's servers.

/** Ready ones; a kept world that wakes up still has them. The last is a group's. */
export const portraits = [1, 2, 3, 4, 5].map((number) => `/p/portrait-${number}.jpg`);

export interface PictureFile {
  body: Uint8Array;
  mimetype: string;
}

/** What somebody looks like: a path, or that they do not show it to us, or that there is none. */
export function pictureOf(world: World, wid: Wid): { path: string } | 'hidden' | undefined {
  world.askedPictures.push(wid);
  if (wid === world.me.phone || wid === world.me.lid) return undefined;
  const person = isGroup(wid) ? undefined : world.people.byWid(wid);
  if (person?.hidesPicture) return 'hidden';
  const path = isGroup(wid) ? world.people.findChat(wid)?.picture : person?.picture;
  return path === undefined ? undefined : { path };
}

export function pictureFile(world: World, path: string): PictureFile | undefined {
  if (portraits.includes(path)) {
    const body = readFileSync(new URL(`./samples/${path.slice('/p/'.length)}`, import.meta.url));
    return { body, mimetype: 'image/jpeg' };
  }
  return world.media.get(path);
}

/** Somebody takes another picture, or none; a group's is changed by the phone's owner, and leaves a line. */
export function changePicture(world: World, wid: Wid, picture: PictureFile | string | undefined): void {
  const path =
    typeof picture === 'object'
      ? world.media.store({ data: picture.body, mimetype: picture.mimetype }).path
      : picture;
  const of = isGroup(wid) ? world.people.findChat(wid) : world.people.byWid(wid);
  if (!of) throw new Refusal('bad-request', `nobody is ${wid}`);
  if (path === undefined) delete of.picture;
  else of.picture = path;
  world.tell({ kind: 'picture', wid, isThere: path !== undefined });
}
