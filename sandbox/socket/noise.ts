import { aesDecryptGCM, aesEncryptGCM, Curve, hkdf, proto, sha256 } from 'baileys';
import type { NoiseAuthority } from './authority.ts';

// The answering side of WhatsApp's Noise handshake (XX, 25519, AES-GCM, SHA-256) and of the frames behind it.

const mode = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0');
const header = Buffer.from([87, 65, 6, 3]);
const nothing = Buffer.alloc(0);
const mostFrameBytes = 16 * 1024 * 1024;

/** What a client has shown of itself when the handshake is over. */
export interface Hello {
  /** Its static key; a device is known by it. */
  staticKey: Buffer;
  payload: proto.ClientPayload;
}

/** One connection's cipher. Feed it what comes; it calls `hello` once and then `frame` for every frame, decrypted. */
export class NoiseResponder {
  #write: (bytes: Uint8Array) => void;
  #listener: { hello(hello: Hello): void; frame(plain: Buffer): void };
  #authority: NoiseAuthority;
  #ephemeral = Curve.generateKeyPair();
  #static = Curve.generateKeyPair();
  #hash: Buffer = mode;
  #salt: Buffer = mode;
  #key: Buffer = mode;
  #count = 0;
  #stage: 'greeting' | 'finish' | 'open' = 'greeting';
  #rest = Buffer.alloc(0);
  #isIntroRead = false;
  #out = { key: nothing as Buffer, count: 0 };
  #in = { key: nothing as Buffer, count: 0 };

  constructor(
    authority: NoiseAuthority,
    write: (bytes: Uint8Array) => void,
    listener: { hello(hello: Hello): void; frame(plain: Buffer): void },
  ) {
    this.#authority = authority;
    this.#write = write;
    this.#listener = listener;
  }

  /** Throws on anything that is no such handshake or frame. */
  read(bytes: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    if (!this.#isIntroRead && !this.#readIntro()) return;
    while (this.#rest.length >= 3) {
      const size = this.#rest.readUIntBE(0, 3);
      if (size > mostFrameBytes) throw new Error('frame too large');
      if (this.#rest.length < 3 + size) return;
      const frame = this.#rest.subarray(3, 3 + size);
      this.#rest = this.#rest.subarray(3 + size);
      this.#take(frame);
    }
  }
  #readIntro(): boolean {
    // A client that was here before begins with where it was routed to.
    const isRouted = this.#rest.subarray(0, 2).toString() === 'ED';
    const routed = isRouted && this.#rest.length >= 7 ? this.#rest.readUIntBE(4, 3) + 7 : 0;
    if (this.#rest.length < (isRouted ? Math.max(7, routed) : 0) + header.length) return false;
    if (!this.#rest.subarray(routed, routed + header.length).equals(header)) throw new Error('no such intro');
    this.#rest = this.#rest.subarray(routed + header.length);
    this.#isIntroRead = true;
    return true;
  }

  #take(frame: Buffer): void {
    if (this.#stage === 'open') {
      this.#listener.frame(aesDecryptGCM(frame, this.#in.key, iv(this.#in.count++), nothing));
    } else if (this.#stage === 'greeting') this.#greet(frame);
    else this.#finish(frame);
  }
  #greet(frame: Buffer): void {
    const theirs = proto.HandshakeMessage.decode(frame).clientHello?.ephemeral;
    if (!theirs) throw new Error('no client hello');
    for (const part of [header, theirs, this.#ephemeral.public]) this.#mixHash(part);
    this.#mixKey(Curve.sharedKey(this.#ephemeral.private, theirs));
    const sealed = this.#seal(this.#static.public);
    this.#mixKey(Curve.sharedKey(this.#static.private, theirs));
    const payload = this.#seal(this.#certificates());
    this.#stage = 'finish';
    const serverHello = { ephemeral: this.#ephemeral.public, static: sealed, payload };
    this.#frame(proto.HandshakeMessage.encode({ serverHello }).finish());
  }
  #finish(frame: Buffer): void {
    const finish = proto.HandshakeMessage.decode(frame).clientFinish;
    if (!finish?.static || !finish.payload) throw new Error('no client finish');
    const staticKey = this.#open(finish.static);
    this.#mixKey(Curve.sharedKey(this.#ephemeral.private, staticKey));
    const payload = proto.ClientPayload.decode(this.#open(finish.payload));
    const keys = Buffer.from(hkdf(nothing, 64, { salt: this.#salt, info: '' }));
    this.#in = { key: keys.subarray(0, 32), count: 0 };
    this.#out = { key: keys.subarray(32), count: 0 };
    this.#stage = 'open';
    this.#listener.hello({ staticKey: Buffer.from(staticKey), payload });
  }
  #certificates(): Uint8Array {
    const { root, between } = this.#authority;
    const details = proto.CertChain.NoiseCertificate.Details;
    const intermediate = details.encode({ serial: 1, issuerSerial: 0, key: between.public }).finish();
    const leaf = details.encode({ serial: 2, issuerSerial: 1, key: this.#static.public }).finish();
    return proto.CertChain.encode({
      intermediate: { details: intermediate, signature: Curve.sign(root.private, intermediate) },
      leaf: { details: leaf, signature: Curve.sign(between.private, leaf) },
    }).finish();
  }

  #mixHash(part: Uint8Array): void {
    this.#hash = Buffer.from(sha256(Buffer.concat([this.#hash, part])));
  }
  #mixKey(secret: Uint8Array): void {
    const keys = Buffer.from(hkdf(secret, 64, { salt: this.#salt, info: '' }));
    [this.#salt, this.#key, this.#count] = [keys.subarray(0, 32), keys.subarray(32), 0];
  }
  #seal(plain: Uint8Array): Buffer {
    const sealed = aesEncryptGCM(plain, this.#key, iv(this.#count++), this.#hash);
    this.#mixHash(sealed);
    return sealed;
  }
  #open(sealed: Uint8Array): Buffer {
    const plain = aesDecryptGCM(sealed, this.#key, iv(this.#count++), this.#hash);
    this.#mixHash(sealed);
    return plain;
  }
  #frame(bytes: Uint8Array): void {
    const size = Buffer.alloc(3);
    size.writeUIntBE(bytes.length, 0, 3);
    this.#write(Buffer.concat([size, bytes]));
  }

  /** Whether the handshake is over: before it nothing can be sent. */
  get isOpen(): boolean {
    return this.#stage === 'open';
  }
  /** Sends one frame once the handshake is over. */
  send(plain: Uint8Array): void {
    this.#frame(aesEncryptGCM(plain, this.#out.key, iv(this.#out.count++), nothing));
  }
}

function iv(count: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(count, 8);
  return bytes;
}
