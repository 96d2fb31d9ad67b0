import { base64, randomBytes, sha256 } from './bytes.ts';
import { minified } from './chats.ts';
import { Model } from './model.ts';
import { settings } from './settings.ts';

/** A blob that the page hands around without looking inside. */
export class OpaqueData {
  readonly type: string;
  readonly size: number;
  readonly blob: Blob;
  constructor(blob: Blob, type = blob.type) {
    this.blob = blob;
    this.type = type;
    this.size = blob.size;
  }
  static async createFromData(data: Blob | OpaqueData, type?: string): Promise<OpaqueData> {
    return new OpaqueData(data instanceof OpaqueData ? data.blob : data, type);
  }
  url(): string {
    return URL.createObjectURL(this.blob);
  }
  autorelease(): void {}
  formData(): Blob {
    return this.blob;
  }
  arrayBuffer(): Promise<ArrayBuffer> {
    return this.blob.arrayBuffer();
  }
}

interface PrepOptions {
  asDocument?: boolean;
  isPtt?: boolean;
  asGif?: boolean;
}

function kindOf(mimetype: string, options: PrepOptions): string {
  if (options.asDocument) return 'document';
  if (options.isPtt) return 'ptt';
  const kind = mimetype.split('/')[0] ?? '';
  return ['image', 'video', 'audio'].includes(kind) ? kind : 'document';
}

class MediaData extends Model {
  #blob: OpaqueData;
  #url = '';
  constructor(attributes: Record<string, unknown>, blob: OpaqueData) {
    super(attributes);
    this.#blob = blob;
  }
  get mediaBlob(): OpaqueData {
    return this.#blob;
  }
  set mediaBlob(blob: OpaqueData) {
    this.#blob = blob;
  }
  get renderableUrl(): string {
    return this.#url;
  }
  set renderableUrl(url: string) {
    this.#url = url;
  }
}

export const prepRawMedia = (data: OpaqueData, options: PrepOptions): { waitForPrep(): Promise<Model> } => ({
  waitForPrep: async () => {
    const mimetype = data.type || 'application/octet-stream';
    const type = kindOf(mimetype, options);
    return new MediaData(
      {
        ...(settings.generation >= 3 ? { __x_id: undefined } : {}),
        filehash: await sha256(data.blob),
        type,
        mimetype,
        isGif: options.asGif ?? false,
        size: data.size,
        filename: type === 'document' && data.blob instanceof File ? data.blob.name : undefined,
        ...(type === 'image' ? await seen(data.blob) : {}),
      },
      data,
    );
  },
});

/** How large a picture is, and a small copy of it. */
async function seen(blob: Blob): Promise<Record<string, unknown>> {
  try {
    const picture = await createImageBitmap(blob);
    const scale = Math.min(1, 72 / Math.max(picture.width, picture.height));
    const canvas = new OffscreenCanvas(Math.ceil(picture.width * scale), Math.ceil(picture.height * scale));
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const small = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.4 });
    const preview = base64(new Uint8Array(await small.arrayBuffer()));
    return { width: picture.width, height: picture.height, preview };
  } catch {
    return {};
  }
}

export async function toWebpSticker(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const canvas = new OffscreenCanvas(512, 512);
  const scale = 512 / Math.max(picture.width, picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  canvas.getContext('2d')?.drawImage(picture, (512 - width) / 2, (512 - height) / 2, width, height);
  return canvas.convertToBlob({ type: 'image/webp' });
}

interface MediaObject {
  filehash: string;
  contentInfo: object;
  type: string;
  size: number;
  consolidate(from: { size: number; type: string }): void;
}
const objects = new Map<string, MediaObject>();
export function getOrCreateMediaObject(filehash: string): MediaObject {
  const made: MediaObject = objects.get(filehash) ?? {
    filehash,
    contentInfo: {},
    type: 'image',
    size: 0,
    consolidate(from) {
      made.size = from.size;
      made.type = from.type;
    },
  };
  objects.set(filehash, made);
  return made;
}

const blobs = new Map<string, Blob>();
export const InMemoryMediaBlobCache = {
  put: (hash: string, blob: Blob | OpaqueData): void => {
    blobs.set(hash, blob instanceof OpaqueData ? blob.blob : blob);
  },
};

export async function uploadMedia({
  mediaObject,
  mimetype,
}: {
  mediaObject: MediaObject;
  mimetype: string;
}): Promise<object> {
  const blob = blobs.get(mediaObject.filehash);
  if (!blob) throw new Error('standin: nothing to upload');
  const path = await upload(blob, mimetype);
  return {
    mediaEntry: {
      mmsUrl: location.origin + path,
      deprecatedMms3Url: location.origin + path,
      directPath: path,
      mediaKey: base64(randomBytes(32)),
      mediaKeyTimestamp: Math.floor(Date.now() / 1000),
      encFilehash: await sha256(blob),
      uploadHash: mediaObject.filehash,
    },
  };
}

async function upload(blob: Blob, mimetype: string): Promise<string> {
  const headers = { 'content-type': mimetype };
  const answer = await fetch('/mms/upload', { method: 'POST', body: blob, headers });
  if (!answer.ok) throw new Error('upload failed');
  return ((await answer.json()) as { path: string }).path;
}

/** The way of stickers, which are not prepared before. */
export async function encryptAndUpload({
  blob,
  mediaKey,
}: {
  blob: Blob;
  mediaKey: string;
}): Promise<object> {
  const path = await upload(blob, 'image/webp');
  return {
    url: location.origin + path,
    directPath: path,
    mediaKey,
    mediaKeyTimestamp: Math.floor(Date.now() / 1000),
    encFilehash: await sha256(blob),
  };
}

/** Since generation 3 a download without mimetype fails, with the page's minified error. */
export async function downloadAndMaybeDecrypt({
  directPath,
  mimetype,
}: {
  directPath: string;
  mimetype?: string;
}): Promise<ArrayBuffer> {
  if (settings.generation >= 3 && !mimetype) throw minified('t');
  const answer = await fetch(directPath);
  if (!answer.ok) throw Object.assign(new Error('MediaNotFound'), { status: answer.status });
  return answer.arrayBuffer();
}
