import { chatModificationToAppPatch, decodePatches, encodeSyncdPatch, newLTHashState, proto } from 'baileys';
import type { BinaryNode, LTHashState } from 'baileys';
import { bytesOf, childOf, childrenOf, node } from './nodes.ts';

type Patch = Parameters<typeof encodeSyncdPatch>[0];
/** What a patch does, once opened: `["star", chat, message, "1", "0"]` and the like, with its value. */
export interface Action {
  index: string[];
  value: proto.ISyncActionValue;
}

interface Collection {
  state: LTHashState;
  patches: { version: number; bytes: Buffer }[];
}

/**
 * What the devices of an account share besides messages (pins, mutes, stars, names), as WhatsApp's server keeps it for
 * one device: collections of encrypted patches, each of which raises the collection's version.
 */
export class AppState {
  readonly keyId: string;
  #key: Buffer;
  #collections = new Map<string, Collection>();

  constructor(key: Buffer) {
    this.#key = key;
    this.keyId = key.subarray(0, 6).toString('base64');
  }

  /** The key as the phone shares it. */
  share(): proto.Message.IAppStateSyncKeyShare {
    return {
      keys: [
        {
          keyId: { keyId: Buffer.from(this.keyId, 'base64') },
          keyData: {
            keyData: this.#key,
            fingerprint: { rawId: 1, currentIndex: 1, deviceIndexes: [0, 1] },
            timestamp: Math.floor(Date.now() / 1000),
          },
        },
      ],
    };
  }
  #keyOf = async (id: string): Promise<proto.Message.IAppStateSyncKeyData | undefined> =>
    id === this.keyId ? { keyData: this.#key } : undefined;

  #of(name: string): Collection {
    const had = this.#collections.get(name);
    if (had) return had;
    const made: Collection = { state: newLTHashState(), patches: [] };
    this.#collections.set(name, made);
    return made;
  }

  /** Something done on the phone; returns the name of the collection that has changed. */
  async put(patch: Patch): Promise<string> {
    const collection = this.#of(patch.type);
    const made = await encodeSyncdPatch(patch, this.keyId, collection.state, this.#keyOf as never);
    this.#keep(collection, made.patch, made.state);
    return patch.type;
  }
  modify(change: Parameters<typeof chatModificationToAppPatch>[0], jid: string): Promise<string> {
    return this.put(chatModificationToAppPatch(change, jid) as Patch);
  }
  #keep(collection: Collection, patch: proto.ISyncdPatch, state: LTHashState): void {
    collection.state = state;
    const version = { version: state.version };
    const bytes = Buffer.from(proto.SyncdPatch.encode({ ...patch, version } as proto.SyncdPatch).finish());
    collection.patches.push({ version: state.version, bytes });
  }

  /** Answers `iq xmlns=w:sync:app:state`; `act` hears what the device has done. */
  async answer(sync: BinaryNode | undefined, act: (action: Action) => void): Promise<BinaryNode> {
    const answered: BinaryNode[] = [];
    for (const asked of childrenOf(sync, 'collection')) {
      const { name = '', version = '0' } = asked.attrs;
      const collection = this.#of(name);
      // A world that woke up without its memory goes on where the device stands.
      if (!collection.patches.length && Number(version) > collection.state.version)
        collection.state = { ...collection.state, version: Number(version) };
      const patch = childOf(asked, 'patch');
      if (patch) {
        // Somebody else was faster: the device asks for what it lacks, and comes again.
        if (Number(version) !== collection.state.version) {
          answered.push(
            node('collection', { name, type: 'error' }, [node('error', { code: 409, text: 'conflict' })]),
          );
          continue;
        }
        await this.#take(name, collection, bytesOf(patch), act);
        answered.push(node('collection', { name, version: collection.state.version }));
        continue;
      }
      const lacking = collection.patches.filter((one) => one.version > Number(version));
      answered.push(
        node('collection', { name, version: collection.state.version }, [
          node(
            'patches',
            {},
            lacking.map(({ bytes }) => node('patch', {}, bytes)),
          ),
        ]),
      );
    }
    return node('sync', {}, answered);
  }
  async #take(
    name: string,
    collection: Collection,
    bytes: Buffer,
    act: (action: Action) => void,
  ): Promise<void> {
    const patch = proto.SyncdPatch.decode(bytes);
    const version = { version: collection.state.version + 1 };
    const opened = await decodePatches(
      name as Patch['type'],
      [{ ...patch, version } as proto.ISyncdPatch],
      collection.state,
      this.#keyOf as never,
      {},
      undefined,
      undefined,
      false,
    );
    collection.state = opened.state;
    collection.patches.push({
      version: version.version,
      bytes: Buffer.from(
        proto.SyncdPatch.encode({ ...proto.SyncdPatch.decode(bytes), version } as proto.SyncdPatch).finish(),
      ),
    });
    for (const { syncAction, index } of Object.values(opened.mutationMap))
      act({ index: index as string[], value: syncAction.value ?? {} });
  }
}

/** A contact of the phone's address book, with its hidden address where it is known. */
export const contactPatch = (jid: string, fullName: string, lidJid: string | undefined): Patch =>
  ({
    type: 'critical_unblock_low',
    index: ['contact', jid],
    apiVersion: 2,
    operation: proto.SyncdMutation.SyncdOperation.SET,
    syncAction: { timestamp: Date.now(), contactAction: { fullName, ...(lidJid ? { lidJid } : {}) } },
  }) as Patch;

/** The number behind a hidden address. */
export const pairPatch = (lid: string, pnJid: string): Patch =>
  ({
    type: 'regular',
    index: ['pnForLidChat', lid],
    apiVersion: 7,
    operation: proto.SyncdMutation.SyncdOperation.SET,
    syncAction: { timestamp: Date.now(), pnForLidChatAction: { pnJid } },
  }) as Patch;

export const starPatch = (jid: string, id: string, fromMe: boolean, starred: boolean): Patch =>
  chatModificationToAppPatch({ star: { messages: [{ id, fromMe }], star: starred } }, jid) as Patch;
