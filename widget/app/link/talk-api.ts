import type { GivenLink, NewPoll } from '../../../server/contract/content.ts';
import { keep, record } from './decode.ts';
import type { Http } from './http.ts';

/** Short-lived addresses of a stored file. */
export interface MediaUrls {
  original: string;
  thumbnail: string | null;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface Member {
  contactId: number;
  name: string;
  phone: string | null;
  isMe: boolean;
  /** What stands after @; also of one whose number is hidden. */
  mention?: string | null;
  role: string;
  picture?: number | null;
}
export interface Group {
  members: Member[];
  description: string;
}

/** How far a Message got with one person. */
export interface Receipt {
  contactId: number;
  name: string;
  at: number;
}
export interface MessageInfo {
  deliveredTo: Receipt[];
  readBy: Receipt[];
  playedBy: Receipt[];
  /** What an edited one has said, the first text first. */
  versions: Version[];
}
export interface Version {
  body: string;
  at: number;
  agent: { id: number; name: string } | null;
}

export type FileKind = 'image' | 'video' | 'voice' | 'audio' | 'document' | 'sticker';

/** What a send may carry beside its text. */
export interface SendExtras {
  quotedMessageId?: string | undefined;
  uploadId?: string;
  as?: FileKind;
  /** Ids of the Contacts named in the text. */
  mentions?: number[] | undefined;
  /** In place of a text. */
  poll?: NewPoll | undefined;
  /** Shown of a page the text leads to. */
  link?: GivenLink | undefined;
}

export interface Uploaded {
  uploadId: string;
}

/** What one does to Messages and Chats, and their files. All reject with ConnectionError or ServerProblem. */
export class TalkApi {
  #http: Http;
  constructor(http: Http) {
    this.#http = http;
  }

  edit = (id: number, body: string): Promise<unknown> => this.#http.post(`/messages/${id}/edit`, { body });
  revoke = (id: number): Promise<unknown> => this.#http.post(`/messages/${id}/revoke`);
  /** `''` takes the reaction back. */
  react = (id: number, emoji: string): Promise<unknown> =>
    this.#http.post(`/messages/${id}/react`, { emoji });
  /** Exactly these of a poll's options; none takes the choice back. */
  vote = (id: number, options: readonly string[]): Promise<unknown> =>
    this.#http.post(`/messages/${id}/vote`, { options });
  /** Comes into the group a Message invites to; its Chat. */
  join = (id: number): Promise<unknown> => this.#http.post(`/messages/${id}/join`);
  star = (id: number, starred: boolean): Promise<unknown> =>
    this.#http.post(`/messages/${id}/star`, { starred });
  forward = (id: number, to: { chatId: number; clientId: string }[]): Promise<unknown> =>
    this.#http.post(`/messages/${id}/forward`, { to });
  fetchMedia = (id: number): Promise<unknown> => this.#http.post(`/messages/${id}/media/retry`);

  async info(id: number): Promise<MessageInfo> {
    const info = record(await this.#http.get(`/messages/${id}/info`));
    return {
      deliveredTo: keep(info['deliveredTo'], isReceipt),
      readBy: keep(info['readBy'], isReceipt),
      playedBy: keep(info['playedBy'], isReceipt),
      versions: keep(info['versions'], isVersion),
    };
  }

  async group(chatId: number): Promise<Group> {
    const group = record(await this.#http.get(`/chats/${chatId}/members`));
    const description = group['description'];
    return {
      members: keep(group['members'], isMember),
      description: typeof description === 'string' ? description : '',
    };
  }

  /** The link into a group; '' where the answer has none. */
  async inviteLink(chatId: number): Promise<string> {
    const { link } = record(await this.#http.post(`/chats/${chatId}/invite-link`));
    return typeof link === 'string' ? link : '';
  }

  pin = (chatId: number, pinned: boolean): Promise<unknown> =>
    this.#http.post(`/chats/${chatId}/pin`, { pinned });
  archive = (chatId: number, archived: boolean): Promise<unknown> =>
    this.#http.post(`/chats/${chatId}/archive`, { archived });
  /** Until when, milliseconds since 1970; 0 ends it. */
  mute = (chatId: number, until: number): Promise<unknown> =>
    this.#http.post(`/chats/${chatId}/mute`, { until });
  /** `until`: of the last Message that was seen, ms. */
  settle = (chatId: number, settled: boolean, until?: number): Promise<unknown> =>
    this.#http.post(`/chats/${chatId}/settled`, { settled, ...(until && { until }) });
  markUnread = (chatId: number): Promise<unknown> => this.#http.post(`/chats/${chatId}/unread`);
  typing = (chatId: number, what: 'typing' | 'recording' | 'paused'): Promise<unknown> =>
    this.#http.post(`/chats/${chatId}/typing`, { what });

  async mediaUrls(ids: readonly number[]): Promise<Map<number, MediaUrls>> {
    const urls = record(record(await this.#http.get(`/media/urls?ids=${ids.join(',')}`))['urls']);
    const found = new Map<number, MediaUrls>();
    for (const [id, value] of Object.entries(urls)) {
      const { original, thumbnail, expiresAt } = record(value);
      if (typeof original !== 'string' || typeof expiresAt !== 'number') continue;
      found.set(Number(id), {
        original: this.#address(original),
        thumbnail: typeof thumbnail === 'string' ? this.#address(thumbnail) : null,
        expiresAt,
      });
    }
    return found;
  }

  /** Sends a file's bytes; `onProgress` hears 0…1. Ends with the signal. */
  async upload(
    file: Blob,
    fileName: string,
    mime: string,
    as: FileKind,
    onProgress: (part: number) => void,
    signal: AbortSignal,
  ): Promise<Uploaded> {
    const answer = record(
      await this.#http.upload(`/uploads?as=${as}&fileName=${encodeURIComponent(fileName)}`, file, {
        mime,
        onProgress,
        signal,
      }),
    );
    return { uploadId: `${answer['uploadId'] as string | number}` };
  }

  #address(url: string): string {
    return /^https?:/.test(url) ? url : `${this.#http.host}${url}`;
  }
}

const isReceipt = (value: unknown): value is Receipt => {
  const { name, at } = record(value);
  return typeof name === 'string' && typeof at === 'number';
};
const isVersion = (value: unknown): value is Version => {
  const { body, at } = record(value);
  return typeof body === 'string' && typeof at === 'number';
};
const isMember = (value: unknown): value is Member => typeof record(value)['name'] === 'string';
