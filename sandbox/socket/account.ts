import { createHmac, randomBytes } from 'node:crypto';
import {
  aesDecryptCTR,
  aesDecryptGCM,
  aesEncryptCTR,
  Curve,
  derivePairingCodeKey,
  hkdf,
  proto,
} from 'baileys';
import type { BinaryNode } from 'baileys';
import type { World } from '../world.ts';
import { ownJid, ownLid } from './addresses.ts';
import { node } from './nodes.ts';
import type { SignalHalf } from './signal.ts';

// What the phone does to link a device: it signs the device's identity, and proves that it has seen the secret.

/** What of a device must be known to link it: out of the QR code, or out of the exchange behind a pairing code. */
export interface Seen {
  identity: Buffer;
  advSecret: Buffer;
}

/** Reads `https://…#ref,noise key,identity,secret,platform`; the part before `#` may be missing. */
export function readQr(text: string): Seen | undefined {
  const [, , identity, secret] = text.replace(/^[^#]*#/, '').split(',');
  if (!identity || !secret) return undefined;
  return { identity: Buffer.from(identity, 'base64'), advSecret: Buffer.from(secret, 'base64') };
}

/** The stanza that makes a device one of ours. */
export function pairSuccess(world: World, signal: SignalHalf, number: number, seen: Seen): BinaryNode {
  const account = signal.identityOf('me');
  const details = proto.ADVDeviceIdentity.encode({
    rawId: number,
    timestamp: world.now(),
    keyIndex: number,
  }).finish();
  const accountSignature = Curve.sign(
    account.private,
    Buffer.concat([Buffer.from([6, 0]), details, seen.identity]),
  );
  const signed = proto.ADVSignedDeviceIdentity.encode({
    details,
    accountSignatureKey: account.public,
    accountSignature,
  }).finish();
  const hmac = createHmac('sha256', seen.advSecret).update(signed).digest();
  const identity = proto.ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac }).finish();
  return node('iq', { from: 's.whatsapp.net', type: 'set', id: `pair-${number}`, xmlns: 'md' }, [
    node('pair-success', {}, [
      node('device-identity', {}, Buffer.from(identity)),
      node('device', { jid: ownJid(world, number), lid: ownLid(world, number) }),
      node('platform', { name: 'android' }),
    ]),
  ]);
}

/**
 * The exchange behind a pairing code. The network never learns the code: whoever types it proves it by opening what
 * the device has sealed with it.
 */
export class CodeExchange {
  readonly #signal: SignalHalf;
  /** The device's ephemeral key, sealed with the code. */
  readonly #wrapped: Buffer;
  #ephemeral = Curve.generateKeyPair();
  #theirs: Buffer | undefined;

  constructor(signal: SignalHalf, wrapped: Buffer) {
    this.#signal = signal;
    this.#wrapped = wrapped;
  }

  /** The phone's answer once somebody has typed `code`. */
  async begin(code: string): Promise<BinaryNode[]> {
    const opened = await derivePairingCodeKey(code, this.#wrapped.subarray(0, 32));
    this.#theirs = Buffer.from(
      aesDecryptCTR(this.#wrapped.subarray(48, 80), opened, this.#wrapped.subarray(32, 48)),
    );
    const [salt, iv] = [randomBytes(32), randomBytes(16)];
    const key = await derivePairingCodeKey(code, salt);
    const sealed = aesEncryptCTR(Buffer.from(this.#ephemeral.public), key, iv);
    return [
      node('link_code_pairing_wrapped_primary_ephemeral_pub', {}, Buffer.concat([salt, iv, sealed])),
      node('primary_identity_pub', {}, Buffer.from(this.#signal.identityOf('me').public)),
    ];
  }
  /** Opens the device's bundle. Throws when the code was another one. */
  finish(bundle: Buffer, identity: Buffer): Seen {
    if (!this.#theirs) throw new Error('nobody has typed a code');
    const shared = Curve.sharedKey(this.#ephemeral.private, this.#theirs);
    const key = hkdf(shared, 32, {
      salt: bundle.subarray(0, 32),
      info: 'link_code_pairing_key_bundle_encryption_key',
    });
    const plain = aesDecryptGCM(bundle.subarray(44), key, bundle.subarray(32, 44), Buffer.alloc(0));
    const random = plain.subarray(64, 96);
    const identityShared = Curve.sharedKey(this.#signal.identityOf('me').private, identity);
    const advSecret = hkdf(Buffer.concat([shared, identityShared, random]), 32, { info: 'adv_secret' });
    return { identity, advSecret: Buffer.from(advSecret) };
  }
}
