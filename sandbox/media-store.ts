import { createHash } from 'node:crypto';
import { token } from './identifiers.ts';
import type { Inbound } from './inputs.ts';
import type { SampleName } from './sample-name.ts';
import { sample } from './samples.ts';
import type { MediaReference, Message, MessageFields } from './shapes.ts';

interface Stored {
  body: Uint8Array;
  mimetype: string;
}

/** Bytes behind `MediaReference.path`. Of a kept world only the samples come back. */
export class MediaStore {
  #files = new Map<string, Stored>();
  #asked = new Map<string, number>();

  get(path: string): Stored | undefined {
    return this.#files.get(path);
  }
  /** How often the file was asked for, this time included. */
  countAsking(path: string): number {
    const count = (this.#asked.get(path) ?? 0) + 1;
    this.#asked.set(path, count);
    return count;
  }
  /** SHA-256, base64, as the page has it of every file. */
  digest(path: string): string {
    const bytes = this.#files.get(path)?.body ?? Buffer.from(path);
    return createHash('sha256').update(bytes).digest('base64');
  }
  forget(path: string): void {
    this.#files.delete(path);
  }

  store(media: { data: Uint8Array; mimetype: string; filename?: string }): MediaReference {
    const path = `/v/${token()}.enc`;
    this.#files.set(path, { body: media.data, mimetype: media.mimetype });
    return {
      path,
      mimetype: media.mimetype,
      size: media.data.length,
      ...(media.filename ? { filename: media.filename } : {}),
    };
  }

  /** What a new message holds beside its text, and its type. */
  take(from: Omit<Inbound, 'from'>): { type: string; media?: MediaReference; fields?: MessageFields } {
    if (from.sample) {
      const { type, fields } = sample(from.sample);
      const media = sampleReference(from.sample);
      this.#keep(media, from.sample);
      return { type, media, fields: { ...fields, ...from.fields } };
    }
    const fields = from.fields ? { fields: from.fields } : {};
    if (!from.media) return { type: 'chat', ...fields };
    return { type: mediaType(from.media.mimetype), media: this.store(from.media), ...fields };
  }
  /** A world that was before, or begins with a seed. */
  wake(messages: readonly Message[]): void {
    for (const { media } of messages) if (media?.sample) this.#keep(media, media.sample);
  }
  #keep({ path, mimetype }: MediaReference, name: SampleName): void {
    this.#files.set(path, { body: sample(name).data, mimetype });
  }
}

export function sampleReference(name: SampleName): MediaReference {
  const { mimetype, filename, data } = sample(name);
  const path = `/v/${token()}.enc`;
  return { path, mimetype, size: data.length, sample: name, ...(filename ? { filename } : {}) };
}

const mediaType = (mimetype: string): string => {
  const kind = mimetype.split('/')[0] ?? '';
  return ['image', 'video', 'audio'].includes(kind) ? kind : 'document';
};
