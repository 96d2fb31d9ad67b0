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

/** The Session's rows as the library wants them: credentials, Signal keys, and the contents of messages it needs again. */
export class Rows implements SignalKeyStore {
  #ask: Ask;
  #cache = new Map<string, string | null>();
  #writing: Promise<void> = Promise.resolve();

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async #read(kind: string, ids: readonly string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const lacking: string[] = [];
    for (const id of ids) {
      const cached = this.#cache.get(`${kind}\0${id}`);
      if (cached === undefined) lacking.push(id);
      else if (cached !== null) found.set(id, cached);
    }
    if (!lacking.length) return found;
    const read = new Map(await this.#ask('read', { kind, ids: lacking }));
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
  #write(changes: KeyChange[]): Promise<void> {
    const turn = this.#writing.then(async () => {
      if (!changes.length) return;
      await this.#ask('write', { changes });
      for (const { kind, id, value } of changes) this.#keep(`${kind}\0${id}`, value);
    });
    this.#writing = turn.catch(() => {});
    return turn;
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
  set(data: SignalDataSet): Promise<void> {
    const changes: KeyChange[] = [];
    for (const [kind, rows] of Object.entries(data))
      for (const [id, value] of Object.entries(rows ?? {}))
        changes.push({ kind, id, value: value === null ? null : JSON.stringify(value, BufferJSON.replacer) });
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
    return this.#write(changes);
  }
  // ---- what is opened and not stored yet (journal.ts) ---------------------------------------------------------

  async readHeard(slots: number): Promise<[number, string][]> {
    const ids = Array.from({ length: slots }, (_, slot) => String(slot));
    // Read once in a life: not worth a place in memory.
    const read = await this.#ask('read', { kind: 'heard', ids });
    return read.map(([id, value]) => [Number(id), value]);
  }
  writeHeard(changes: readonly (readonly [number, string | null])[]): Promise<void> {
    const turn = this.#writing.then(async () => {
      const rows = changes.map(([slot, value]) => ({ kind: 'heard', id: String(slot), value }));
      await this.#ask('write', { changes: rows });
    });
    this.#writing = turn.catch(() => {});
    return turn;
  }

  prune(kind: string, ageMs: number): Promise<null> {
    return this.#ask('prune', { kind, ageMs });
  }
}
