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
        filename: data.blob instanceof File ? data.blob.name : undefined,
        preview: type === 'image' ? 'c3RhbmRpbg==' : undefined,
      },
      data,
    );
  },
});

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
  const answer = await fetch('/mms/upload', {
    method: 'POST',
    body: blob,
    headers: { 'content-type': mimetype },
  });
  const { path } = (await answer.json()) as { path: string };
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
