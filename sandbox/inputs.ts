import type { WorldClock } from './clock.ts';
import type { SampleName } from './sample-name.ts';
import type { MediaReference, MessageFields, Wid, WorldSeed, WorldState } from './shapes.ts';

export interface WorldOptions {
  seed?: WorldSeed;
  /** A world that was before; wins over `seed`. */
  state?: WorldState;
  clock?: WorldClock;
  /** From ack 1 to ack 2, when phone and recipient are online. Default 60 ms. */
  deliveryMs?: number;
}

export interface Inbound {
  from: Wid;
  body?: string;
  group?: Wid;
  type?: string;
  pushName?: string;
  quoted?: string;
  media?: { data: Uint8Array; mimetype: string; filename?: string };
  /** A file the world has at hand, with what its kind tells of it. */
  sample?: SampleName;
  fields?: MessageFields;
  /** Seconds. */
  t?: number;
  id?: string;
}

/** Written on our own phone. */
export interface Typed extends Omit<Inbound, 'from' | 'group' | 'pushName'> {
  to: Wid;
}

/** What a linked page asks to be sent. */
export interface DeviceSend {
  id: string;
  chat: Wid;
  type: string;
  body: string;
  author?: Wid;
  quoted?: string;
  media?: MediaReference;
  fields?: MessageFields;
}
