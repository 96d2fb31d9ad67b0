import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getMediaKeys } from 'baileys';
import type { MediaType } from 'baileys';
import { token } from '../identifiers.ts';
import { pictureFile } from '../pictures.ts';
import type { MediaReference } from '../shapes.ts';
import type { World } from '../world.ts';
import type { SignalHalf } from './signal.ts';

const mostUploadBytes = 64 * 1024 * 1024;
const macBytes = 10;

/** What of a file stands in the message that tells of it. */
export interface SealedFile {
  mediaKey: Buffer;
  directPath: string;
  url: string;
  fileSha256: Buffer;
  fileEncSha256: Buffer;
  fileLength: number;
  mimetype: string;
}

/**
 * WhatsApp's media servers: they hold what they cannot read. A file of the world is encrypted when it is asked for,
 * with a key that only its message tells; what a device uploads is opened when its message comes.
 */
export class MediaDoor {
  #world: World;
  #signal: SignalHalf;
  #uploads = new Map<string, Buffer>();
  #history = new Map<string, Buffer>();
  #secrets = new Map<string, Buffer>();
  /** `127.0.0.1:port`, once it is known. */
  host = '';

  constructor(world: World, signal: SignalHalf) {
    this.#world = world;
    this.#signal = signal;
  }

  async seal({ path, mimetype, size }: MediaReference, type: MediaType): Promise<SealedFile> {
    const body = Buffer.from(this.#world.media.get(path)?.body ?? []);
    const mediaKey = this.#signal.derive('media', path);
    const sealed = await encrypt(body, mediaKey, type);
    const directPath = directPathOf(path, type);
    return {
      mediaKey,
      directPath,
      url: `https://${this.host}${directPath}`,
      fileSha256: sha256(body),
      fileEncSha256: sha256(sealed),
      fileLength: body.length || size,
      mimetype,
    };
  }
  /** Where a file is, under the key that {@link keyOf} gives. */
  pathOf(file: MediaReference, messageType: string): string {
    const kinds: Record<string, MediaType> = { gif: 'video', ptt: 'audio' };
    return directPathOf(file.path, kinds[messageType] ?? (messageType as MediaType));
  }
  keyOf(file: MediaReference): Buffer {
    return this.#signal.derive('media', file.path);
  }
  /** The secret a message carries for what is answered to it (votes). */
  secretOf(messageId: string): Buffer {
    return this.#secrets.get(messageId) ?? this.#signal.derive('secret', messageId);
  }
  /** The secret of a message that a device has written. */
  keepSecret(messageId: string, secret: Uint8Array): void {
    this.#secrets.set(messageId, Buffer.from(secret));
  }
  /** Puts what a device has uploaded into the world; `undefined` when there is no such file or it does not open. */
  async open(
    file: { mediaKey: Uint8Array; directPath: string; mimetype: string; fileName?: string },
    type: MediaType,
  ): Promise<MediaReference | undefined> {
    // What is passed on is a file of the world already.
    const [, kind, ...rest] = file.directPath.replace(/^\/o1/, '').split('/');
    const had = kind ? this.#world.media.get(`/${rest.join('/')}`) : undefined;
    const sealed = this.#uploads.get(file.directPath);
    if (!sealed && !had) return undefined;
    const data = sealed ? await decrypt(sealed, file.mediaKey, type) : Buffer.from(had!.body);
    const filename = file.fileName ? { filename: file.fileName } : {};
    return this.#world.media.store({ data, mimetype: file.mimetype, ...filename });
  }

  /** Puts a part of history where the device is to fetch it. */
  async keepHistory(bytes: Buffer): Promise<Pick<SealedFile, 'mediaKey' | 'directPath'>> {
    const mediaKey = randomBytes(32);
    const directPath = `/h1/${token()}`;
    this.#history.set(directPath, await encrypt(bytes, mediaKey, 'md-msg-hist'));
    return { mediaKey, directPath };
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', `https://${this.host}`);
    const world = this.#world;
    if (request.method === 'POST') {
      if (world.faults.uploads === 'refuse') return void response.writeHead(500).end();
      const path = `/m1/${token()}`;
      this.#uploads.set(path, await bodyOf(request));
      const answer = { url: `https://${this.host}${path}`, direct_path: path };
      return void response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    }
    const history = this.#history.get(pathname);
    if (history) return void world.after(world.faults.slowHistoryMs, () => response.end(history));
    const upload = this.#uploads.get(pathname);
    if (upload) return void response.end(upload);
    const picture = pathname.startsWith('/p/') ? pictureFile(world, pathname) : undefined;
    if (picture) return void response.end(picture.body);
    const match = /^\/o1\/([a-z-]+)(\/.+)$/.exec(pathname);
    const path = match?.[2] ?? '';
    const stored = world.faults.media === 'gone' ? undefined : world.media.get(path);
    if (!match || !stored) return void response.writeHead(404).end();
    if (world.faults.media === 'fail-twice' && world.media.countAsking(path) <= 2)
      return void response.writeHead(503).end();
    const key = this.#signal.derive('media', path);
    return void response.end(await encrypt(Buffer.from(stored.body), key, match[1] as MediaType));
  }
}

const directPathOf = (path: string, type: MediaType): string => `/o1/${type}${path}`;
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

async function encrypt(plain: Buffer, mediaKey: Buffer, type: MediaType): Promise<Buffer> {
  const { iv, cipherKey, macKey } = await getMediaKeys(mediaKey, type);
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  const mac = createHmac('sha256', macKey!).update(iv).update(sealed).digest().subarray(0, macBytes);
  return Buffer.concat([sealed, mac]);
}

async function decrypt(sealed: Buffer, mediaKey: Uint8Array, type: MediaType): Promise<Buffer> {
  const { iv, cipherKey, macKey } = await getMediaKeys(mediaKey, type);
  const body = sealed.subarray(0, -macBytes);
  const mac = createHmac('sha256', macKey!).update(iv).update(body).digest().subarray(0, macBytes);
  if (!mac.equals(sealed.subarray(-macBytes))) throw new Error('the file does not open');
  const cipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
  return Buffer.concat([cipher.update(body), cipher.final()]);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > mostUploadBytes) throw new Error('upload too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
