import { isGroup, isLid } from '../identifiers.ts';
import type { Person, Wid } from '../shapes.ts';
import type { World } from '../world.ts';

// The socket spells phone addresses `…@s.whatsapp.net`, the page (and the world) `…@c.us`.

export const toJid = (wid: Wid): string => wid.replace(/@c\.us$/, '@s.whatsapp.net');

/** Without device; `undefined` for what is nobody's address. */
export function toWid(jid: string | undefined): Wid | undefined {
  const match = /^(\d[\d.-]*?)(?:_\d+)?(?::\d+)?@(s\.whatsapp\.net|c\.us|lid|g\.us)$/.exec(jid ?? '');
  if (!match) return undefined;
  return `${match[1]}@${match[2] === 's.whatsapp.net' ? 'c.us' : match[2]}`;
}

/** A device of ours: 0 is the phone. */
export const ownJid = (world: World, device: number): string => withDevice(world.me.phone, device);
export const ownLid = (world: World, device: number): string | undefined =>
  world.me.lid && withDevice(world.me.lid, device);
const withDevice = (wid: Wid, device: number): string => {
  const [user, server] = toJid(wid).split('@');
  return device ? `${user}:${device}@${server}` : `${user}@${server}`;
};

export const isOwn = (world: World, wid: Wid): boolean => wid === world.me.phone || wid === world.me.lid;

/** The other address of somebody, where linked devices may know it. */
export function otherAddress(world: World, wid: Wid): Wid | undefined {
  if (isGroup(wid)) return undefined;
  if (isOwn(world, wid)) return isLid(wid) ? world.me.phone : world.me.lid;
  const person = world.people.byWid(wid);
  if (!person || person.numberHidden) return undefined;
  return isLid(wid) ? person.phone : person.lid;
}

/** On the socket everybody has a hidden address; who has none in the world has one made of their number. */
const made = '100';
export const socketLid = (world: World, wid: Wid): Wid | undefined => {
  const person = world.people.byWid(wid);
  if (isLid(wid) || isGroup(wid)) return undefined;
  return otherAddress(world, wid) ?? (person && !person.lid ? `${made}${wid.split('@')[0]}@lid` : undefined);
};
const behind = (wid: Wid): Wid =>
  isLid(wid) && wid.startsWith(made) ? `${wid.slice(made.length).split('@')[0]}@c.us` : wid;

/** Who is behind an address, be it one made for the socket. */
export const personAt = (world: World, wid: Wid): Person | undefined =>
  world.people.byWid(wid) ?? world.people.byWid(behind(wid));
/** Lists of blocked people speak of hidden addresses. */
export const blockedAs = (world: World, person: Person): Wid =>
  person.lid ?? socketLid(world, person.phone!) ?? person.phone!;

/** Whose Signal keys are behind an address. */
export const ownerOf = (world: World, wid: Wid): string | undefined =>
  isOwn(world, wid) ? 'me' : (world.people.byWid(wid) ?? world.people.byWid(behind(wid)))?.id;

export const addressOf = (person: Person): Wid | undefined =>
  person.numberHidden ? person.lid : (person.phone ?? person.lid);
