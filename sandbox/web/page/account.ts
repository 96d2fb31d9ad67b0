import { Emitter } from './emitter.ts';
import { reconnect, tell } from './link.ts';
import { Model } from './model.ts';
import { createWid, serialized, type Wid } from './wid.ts';

/** The top of the page's model tree: the socket's state, the connection, commands. */
export const Socket = new Model({ state: 'OPENING', hasSynced: false, stream: 'DISCONNECTED' });
Socket['reconnect'] = reconnect;
Socket['takeover'] = () => tell({ kind: 'takeover' });

export const Conn = new Model({
  ref: null,
  pushname: '',
  platform: 'android',
  wid: undefined,
  phone: undefined,
  battery: undefined,
  plugged: undefined,
});
Conn['canSetMyPushname'] = () => true;

export const Cmd = Object.assign(new Emitter(), { refreshQR: () => tell({ kind: 'refresh' }) });

export const Stream = {
  available: false,
  markAvailable(): void {
    Stream.available = true;
  },
  markUnavailable(): void {
    Stream.available = false;
  },
};

export const account: { me: Wid | null; lid: Wid | null; progress: number; hangSends: boolean } = {
  me: null,
  lid: null,
  progress: 0,
  hangSends: false,
};

const pairs = new Map<string, string>();
/** Remembers that a phone address and a lid are one person. */
export function learn(phone: string | undefined, lid: string | undefined): void {
  if (!phone || !lid || phone === lid) return;
  pairs.set(phone, lid);
  pairs.set(lid, phone);
}
/** The other address of the same person, where it is known. */
export function alternate(wid: unknown): Wid | undefined {
  const other = pairs.get(serialized(wid));
  return other ? createWid(other) : undefined;
}
