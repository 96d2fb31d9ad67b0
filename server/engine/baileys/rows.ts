import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { BufferJSON, initAuthCreds, proto } from 'baileys';
import type { AuthenticationCreds, SignalDataSet, SignalDataTypeMap, SignalKeyStore } from 'baileys';
import type { KeyChange } from '../engine.ts';
import type { AskName, Asks } from './protocol.ts';

export type Ask = <Name extends AskName>(
  name: Name,
  args: Asks[Name]['args'],
) => Promise<Asks[Name]['value']>;

/** How many rows stay in memory. Only this process writes them. */
const mostCached = 4_000;
/** What is opened and not stored yet (`journal.ts`), and what could not be opened (`awaited.ts`): rows with numbers. */
export type SlotKind = 'heard' | 'awaited';
const slotKinds: readonly string[] = ['heard', 'awaited'] satisfies SlotKind[];
export type SlotChanges = readonly (readonly [slot: number, value: string | null])[];
const keyChanges = (kind: SlotKind, changes: SlotChanges): KeyChange[] =>
  changes.map(([slot, value]) => ({ kind, id: String(slot), value }));
/** Between the tries of one read or write, ms; then it is given up. */
const pausesMs = [250, 500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000];

/**
 * The Session's rows as the library wants them: credentials, Signal keys, and the contents of messages it needs again. A
 * database that is away is waited for: of whatever fails the library tells WhatsApp that it is done with, and lets it go.
 */
export class Rows implements SignalKeyStore {
  #ask: Ask;
  #broken: (error: unknown) => void;
  #pauses: readonly number[];
  #isBroken = false;
  #cache = new Map<string, string | null>();
  #writing: Promise<void> = Promise.resolve();
  /** Steps on their way to be written together: everybody reads them already, but only whoever is inside takes them. */
  #together = new AsyncLocalStorage<KeyChange[]>();
  #held: KeyChange[] | undefined;

  /** `broken`: the rows cannot be had; called before whoever wanted them hears of it. */
  constructor(ask: Ask, broken: (error: unknown) => void = () => {}, pauses = pausesMs) {
    this.#ask = ask;
    this.#broken = broken;
    this.#pauses = pauses;
  }

  /** `isVital`: without it the life is over. */
  async #patiently<T>(act: () => Promise<T>, isVital = true): Promise<T> {
    const pauses = this.#pauses;
    for (let at = 0; !this.#isBroken && at < pauses.length; at++) {
      try {
        return await act();
      } catch {
        await pause(pauses[at]);
      }
    }
    return act().catch((error: unknown) => {
      if (isVital) {
        this.#isBroken = true;
        this.#broken(error);
      }
      throw error;
    });
  }

  async #read(kind: string, ids: readonly string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const lacking: string[] = [];
    for (const id of ids) {
      const last = this.#held?.findLast((one) => one.kind === kind && one.id === id);
      const cached = last ? last.value : this.#cache.get(`${kind}\0${id}`);
      if (cached === undefined) lacking.push(id);
      else if (cached !== null) found.set(id, cached);
    }
    if (!lacking.length) return found;
    const read = new Map(await this.#patiently(() => this.#ask('read', { kind, ids: lacking })));
    for (const id of lacking) {
      const value = read.get(id);
      this.#keep(`${kind}\0${id}`, value ?? null);
      if (value !== undefined) found.set(id, value);
    }
    return found;
  }
  #keep(key: string, value: string | null): void {
    this.#cache.delete(key);
    this.#cache.set(key, value);
    if (this.#cache.size <= mostCached) return;
    const [oldest] = this.#cache.keys();
    if (oldest !== undefined) this.#cache.delete(oldest);
  }
  /** All or nothing; what was not written is not remembered either. */
  #write(changes: KeyChange[], isVital = true): Promise<void> {
    const turn = this.#writing.then(async () => {
      if (!changes.length) return;
      await this.#patiently(() => this.#ask('write', { changes }), isVital);
      for (const { kind, id, value } of changes)
        // What is read once in a life is not worth a place in memory.
        if (!slotKinds.includes(kind)) this.#keep(`${kind}\0${id}`, value);
    });
    this.#writing = turn.catch(() => {});
    return turn;
  }
  /** The steps of Signal sessions that `act` takes are written with what it adds, all or nothing. One at a time (`turns.ts`). */
  async together<T>(act: (add: (changes: SlotChanges) => void) => Promise<T>): Promise<T> {
    const held: KeyChange[] = (this.#held = []);
    const add = (changes: SlotChanges): void => void held.push(...keyChanges('heard', changes));
    try {
      return await this.#together.run(held, () => act(add));
    } finally {
      // Also where it failed: then they are steps that lead to no message.
      await this.#write(held).finally(() => (this.#held = undefined));
    }
  }
  /** Everything that was said until now is written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  // ---- Signal keys ----------------------------------------------------------------------------------------

  async get<T extends keyof SignalDataTypeMap>(
    type: T,
    ids: string[],
  ): Promise<{ [id: string]: SignalDataTypeMap[T] }> {
    const read = await this.#read(type, ids);
    return Object.fromEntries(
      [...read].map(([id, value]) => {
        const parsed = JSON.parse(value, BufferJSON.reviver) as SignalDataTypeMap[T];
        const isKey = type === 'app-state-sync-key';
        return [
          id,
          isKey ? (proto.Message.AppStateSyncKeyData.fromObject(parsed as object) as never) : parsed,
        ];
      }),
    );
  }
  async set(data: SignalDataSet): Promise<void> {
    const changes: KeyChange[] = [];
    for (const [kind, rows] of Object.entries(data))
      for (const [id, value] of Object.entries(rows ?? {}))
        changes.push({ kind, id, value: value === null ? null : JSON.stringify(value, BufferJSON.replacer) });
    const held = data.session || data['sender-key'] ? this.#together.getStore() : undefined;
    if (held) return void held.push(...changes);
    // Another has gone on from a step that is held: what it writes is the later one.
    for (const { kind, id } of changes) {
      const at = this.#held?.findIndex((one) => one.kind === kind && one.id === id) ?? -1;
      if (at >= 0) this.#held?.splice(at, 1);
    }
    return this.#write(changes);
  }

  // ---- credentials ----------------------------------------------------------------------------------------

  async readCreds(): Promise<AuthenticationCreds> {
    const value = (await this.#read('creds', ['creds'])).get('creds');
    return value === undefined
      ? initAuthCreds()
      : (JSON.parse(value, BufferJSON.reviver) as AuthenticationCreds);
  }
  writeCreds(creds: AuthenticationCreds): Promise<void> {
    return this.#write([{ kind: 'creds', id: 'creds', value: JSON.stringify(creds, BufferJSON.replacer) }]);
  }

  // ---- messages -------------------------------------------------------------------------------------------

  /** The content of a message that is needed again: for a retry, a quote, a file, a vote. */
  async readMessage(id: string): Promise<proto.IWebMessageInfo | undefined> {
    const value = (await this.#read('message', [id])).get(id);
    return value === undefined ? undefined : proto.WebMessageInfo.decode(Buffer.from(value, 'base64'));
  }
  writeMessages(infos: readonly proto.IWebMessageInfo[]): Promise<void> {
    const changes = infos.flatMap((info): KeyChange[] => {
      const id = info.key?.id;
      if (!id) return [];
      const { key, message, messageTimestamp, participant } = info;
      const kept = proto.WebMessageInfo.fromObject({ key, message, messageTimestamp, participant });
      const value = Buffer.from(proto.WebMessageInfo.encode(kept).finish()).toString('base64');
      return [{ kind: 'message', id, value }];
    });
    // A file or a quote that is not to be had is not worth a link.
    return this.#write(changes, false);
  }
  // ---- rows with numbers --------------------------------------------------------------------------------------

  async readSlots(kind: SlotKind, slots: number): Promise<[number, string][]> {
    const ids = Array.from({ length: slots }, (_, slot) => String(slot));
    const read = await this.#patiently(() => this.#ask('read', { kind, ids }));
    return read.map(([id, value]) => [Number(id), value]);
  }
  writeSlots(kind: SlotKind, changes: SlotChanges): Promise<void> {
    return this.#write(keyChanges(kind, changes));
  }

  prune(kind: string, ageMs: number): Promise<null> {
    return this.#ask('prune', { kind, ageMs });
  }
}
