import type { Generated } from 'kysely';

export type MediaState = 'remote' | 'fetching' | 'stored' | 'gone';

/** What a file is sent as. */
export type UploadKind = 'image' | 'video' | 'voice' | 'audio' | 'document' | 'sticker';

/** The file of a Message. `stored` is final; what we have is never exchanged for what is told later. */
export interface MediaTable {
  id: Generated<number>;
  inbox_id: number;
  /** `message.id`, UNIQUE. */
  message: number;
  state: MediaState;
  /** Why it is `gone`, or why the last try failed. */
  reason: string | null;
  attempts: number;
  /** When somebody shall look at it: to fetch it, or because its lease is over. NULL: not by itself. */
  due_at: number | null;
  /** Names one try; what another try says of the row is not taken. */
  lease: string | null;
  /** As claimed by the sender. */
  mime: string;
  /** As found in the first bytes; NULL until stored. */
  sniffed: string | null;
  /** Bytes we hold; NULL until stored. */
  size: number | null;
  /** SHA-256 (hex) of what we hold; names the file in the store. */
  digest: string | null;
  claimed_size: number | null;
  /** SHA-256 (hex) as told by the sender. */
  claimed_digest: string | null;
  file_name: string;
  width: number | null;
  height: number | null;
  seconds: number | null;
  animated: number;
  /** 1: a source has said that the file cannot be had. */
  told_gone: number;
  /** base64 of 64 bytes. */
  waveform: string | null;
  /** base64 of a small JPEG. */
  thumbnail: string | null;
  /** What the engine needs to fetch it; opaque. */
  reference: string | null;
  /** SHA-256 (hex) of the small WebP made of it; NULL while there is none. */
  small_digest: Generated<string | null>;
  small_size: Generated<number | null>;
  /** When a small one is to be made, or the try under way is given up; NULL: not by itself. */
  small_due_at: Generated<number | null>;
  small_tries: Generated<number>;
  seq: number;
}

/** What is shown of a person or a group: two WebP made here. A picture that has changed is another row. */
export interface ProfilePictureTable {
  id: Generated<number>;
  inbox_id: number;
  /** SHA-256 (hex) of the one in lists, 96 pixels square, and its bytes. */
  small_digest: string;
  small_size: number;
  /** The same of the one to be looked at, at most 640 pixels. */
  large_digest: string;
  large_size: number;
  /** SHA-256 (hex) of what WhatsApp has given: the same again is no news. */
  source_digest: string;
}

/** Until when somebody's profile picture need not be asked about, whether there is one or not. */
export interface ProfilePictureCheckTable {
  inbox_id: number;
  /** `contact:<id>` or `chat:<id>`. */
  subject: string;
  due_at: number;
}

/** A file that an Agent has uploaded and not sent yet. */
export interface UploadTable {
  /** A secret of 256 bits. */
  id: string;
  organisation_id: number;
  agent_id: number;
  kind: UploadKind;
  mime: string;
  sniffed: string;
  size: number;
  digest: string;
  file_name: string;
  width: number | null;
  height: number | null;
  created_at: number;
  expires_at: number;
}
