import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { addTransactionCapability, Curve, DEFAULT_CONNECTION_CONFIG, generateSignalPubKey } from 'baileys';
import type { BinaryNode, KeyPair, SignalDataSet, SignalDataTypeMap, SignalKeyStore } from 'baileys';
import { hushSignal } from './hush.ts';
import { bytesOf, childOf, childrenOf, node, uint } from './nodes.ts';
import { silentLogger } from './silent-logger.ts';

type Repository = ReturnType<typeof DEFAULT_CONNECTION_CONFIG.makeSignalRepository>;

/** Keys a linked device has left on the server for those who write to it. */
export interface Bundle {
  registrationId: number;
  identity: Buffer;
  signed: { id: number; key: Buffer; signature: Buffer };
  once: { id: number; key: Buffer }[];
}

/** What a phone of this world signs and encrypts with. The same secret gives the same keys. */
interface Owner {
  identity: KeyPair;
  signedPreKey: { keyPair: KeyPair; signature: Uint8Array; keyId: number };
  preKey: { keyPair: KeyPair; keyId: number };
  registrationId: number;
  repository: Repository;
}

/**
 * Everybody's Signal half: the phone of this world and the phones of its people, each with sessions of its own. Keys
 * come out of a secret, so that people are who they were after a restart; sessions do not survive one, and are begun
 * anew the way WhatsApp does it (a retry receipt).
 */
export class SignalHalf {
  readonly #secret: string;
  #owners = new Map<string, Owner>();

  constructor(secret: string) {
    hushSignal();
    this.#secret = secret;
  }

  /** Keys stay what they are. */
  forgetSessions(): void {
    this.#owners.clear();
  }
  /** A device was linked anew under a number that another had before. */
  async forgetDevice(jid: string): Promise<void> {
    for (const { repository } of this.#owners.values()) await repository.deleteSession([jid]);
  }
  identityOf(owner: string): KeyPair {
    return this.#of(owner).identity;
  }
  /** Bytes that are the same for the same words. */
  derive(...words: string[]): Buffer {
    return createHash('sha256')
      .update([this.#secret, ...words].join('\0'))
      .digest();
  }

  #of(name: string): Owner {
    const had = this.#owners.get(name);
    if (had) return had;
    const identity = this.#keyPair(name, 'identity');
    const signed = this.#keyPair(name, 'signed');
    const preKey = { keyPair: this.#keyPair(name, 'once'), keyId: 1 };
    const signature = Curve.sign(identity.private, generateSignalPubKey(signed.public));
    const signedPreKey = { keyPair: signed, signature, keyId: 1 };
    const registrationId = this.derive(name, 'registration').readUInt16BE(0) & 16_383;
    const memory = new MemoryKeys(preKey.keyPair);
    const keys = addTransactionCapability(memory, silentLogger, {
      maxCommitRetries: 1,
      delayBetweenTriesMs: 1,
    });
    const repository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository(
      { creds: { signedIdentityKey: identity, signedPreKey, registrationId }, keys },
      silentLogger,
    );
    const owner = { identity, signedPreKey, preKey, registrationId, repository };
    this.#owners.set(name, owner);
    return owner;
  }
  #keyPair(name: string, what: string): KeyPair {
    const secret = this.derive(name, what);
    secret[0]! &= 248;
    secret[31] = (secret[31]! & 127) | 64;
    const der = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), secret]);
    const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
    return { private: secret, public: key.export({ type: 'spki', format: 'der' }).subarray(-32) };
  }

  /** The keys of somebody's phone, as a device that wants to write to it gets them. The one-time key is never used up. */
  bundleNode(name: string, jid: string): BinaryNode {
    return node('user', { jid }, [
      node('registration', {}, uint(this.#of(name).registrationId, 4)),
      ...this.#keys(name),
    ]);
  }
  #keys(name: string): BinaryNode[] {
    const { identity, signedPreKey, preKey } = this.#of(name);
    return [
      node('type', {}, Buffer.from([5])),
      node('identity', {}, Buffer.from(identity.public)),
      node('skey', {}, [
        node('id', {}, uint(signedPreKey.keyId, 3)),
        node('value', {}, Buffer.from(signedPreKey.keyPair.public)),
        node('signature', {}, Buffer.from(signedPreKey.signature)),
      ]),
      node('key', {}, [
        node('id', {}, uint(preKey.keyId, 3)),
        node('value', {}, Buffer.from(preKey.keyPair.public)),
      ]),
    ];
  }
  /** What a phone that cannot read a message sends along when it asks for it again. */
  retryNodes(name: string): BinaryNode[] {
    return [
      node('registration', {}, uint(this.#of(name).registrationId, 4)),
      node('keys', {}, this.#keys(name)),
    ];
  }

  /** Encrypts for a device. Begins a session with `bundle` when there is none, or when `anew`. */
  async encrypt(
    name: string,
    jid: string,
    plain: Uint8Array,
    bundle: () => Bundle | undefined,
    anew = false,
  ): Promise<{ type: 'pkmsg' | 'msg'; ciphertext: Uint8Array }> {
    const { repository } = this.#of(name);
    if (anew) await repository.deleteSession([jid]);
    if (!(await repository.validateSession(jid)).exists) {
      const keys = bundle();
      if (!keys) throw new Error('the device has left no keys');
      const once = keys.once.shift();
      await repository.injectE2ESession({
        jid,
        session: {
          registrationId: keys.registrationId,
          identityKey: generateSignalPubKey(keys.identity),
          signedPreKey: {
            keyId: keys.signed.id,
            publicKey: generateSignalPubKey(keys.signed.key),
            signature: keys.signed.signature,
          },
          ...(once ? { preKey: { keyId: once.id, publicKey: generateSignalPubKey(once.key) } } : {}),
        } as Parameters<Repository['injectE2ESession']>[0]['session'],
      });
    }
    return repository.encryptMessage({ jid, data: plain });
  }
  /** Rejects when there is no session, or another. */
  decrypt(name: string, jid: string, type: string, ciphertext: Uint8Array): Promise<Uint8Array> {
    const { repository } = this.#of(name);
    return repository.decryptMessage({ jid, type: type === 'pkmsg' ? 'pkmsg' : 'msg', ciphertext });
  }

  async encryptForGroup(
    name: string,
    group: string,
    meId: string,
    plain: Uint8Array,
  ): Promise<{ ciphertext: Uint8Array; distribution: Uint8Array }> {
    const { repository } = this.#of(name);
    const made = await repository.encryptGroupMessage({ group, meId, data: plain });
    return { ciphertext: made.ciphertext, distribution: made.senderKeyDistributionMessage };
  }
  async learnGroupKey(
    name: string,
    authorJid: string,
    groupId: string,
    distribution: Uint8Array,
  ): Promise<void> {
    const item = { groupId, axolotlSenderKeyDistributionMessage: distribution };
    await this.#of(name).repository.processSenderKeyDistributionMessage({ authorJid, item });
  }
  decryptGroup(name: string, group: string, authorJid: string, msg: Uint8Array): Promise<Uint8Array> {
    return this.#of(name).repository.decryptGroupMessage({ group, authorJid, msg });
  }
}

/** The keys a device uploads (`iq xmlns=encrypt type=set`). */
export function readBundle(from: BinaryNode, before: Bundle | undefined): Bundle {
  const list = childrenOf(childOf(from, 'list'), 'key').map((key) => ({
    id: bytesOf(childOf(key, 'id')).readUIntBE(0, 3),
    key: bytesOf(childOf(key, 'value')),
  }));
  return {
    registrationId: bytesOf(childOf(from, 'registration')).readUInt32BE(0),
    identity: bytesOf(childOf(from, 'identity')),
    signed: readSigned(childOf(from, 'skey')),
    once: [...(before?.once ?? []), ...list],
  };
}
export const readSigned = (skey: BinaryNode | undefined): Bundle['signed'] => ({
  id: bytesOf(childOf(skey, 'id')).readUIntBE(0, 3),
  key: bytesOf(childOf(skey, 'value')),
  signature: bytesOf(childOf(skey, 'signature')),
});

/** One-time keys of a phone do not run out here: it is the one that is never taken away. */
class MemoryKeys implements SignalKeyStore {
  #kept = new Map<string, unknown>();
  #preKey: KeyPair;
  constructor(preKey: KeyPair) {
    this.#preKey = preKey;
  }
  get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]): Record<string, SignalDataTypeMap[T]> {
    const found: Record<string, SignalDataTypeMap[T]> = {};
    for (const id of ids) {
      const kept = type === 'pre-key' && id === '1' ? this.#preKey : this.#kept.get(`${type}\0${id}`);
      if (kept !== undefined) found[id] = kept as SignalDataTypeMap[T];
    }
    return found;
  }
  set(data: SignalDataSet): void {
    for (const [type, rows] of Object.entries(data))
      for (const [id, value] of Object.entries(rows ?? {}))
        if (value === null) this.#kept.delete(`${type}\0${id}`);
        else this.#kept.set(`${type}\0${id}`, value);
  }
}
