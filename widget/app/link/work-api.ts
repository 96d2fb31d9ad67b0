import type {
  CannedReply,
  Colleague,
  CrmLink as StoredLink,
  Label,
  Note,
  Replying,
  Viewing,
} from '../../../server/contract/work.ts';
import { isNote, keep, record, toPage, type Page } from './decode.ts';
import type { Http } from './http.ts';

export type {
  CannedReply,
  Colleague,
  Label,
  Note,
  Replying,
  Viewing,
} from '../../../server/contract/work.ts';

type CrmLink = Omit<StoredLink, 'at'>;

/** What Agents do around a Chat. All reject with ConnectionError or ServerProblem. */
export class WorkApi {
  #http: Http;
  constructor(http: Http) {
    this.#http = http;
  }

  colleagues = async (): Promise<Colleague[]> => this.#list('/colleagues', isNamed<Colleague>);
  labels = async (): Promise<Label[]> => this.#list('/labels', isNamed<Label>);
  cannedReplies = async (): Promise<CannedReply[]> =>
    this.#list('/canned-replies', (one): one is CannedReply => {
      const { shortcut, body, category } = record(one);
      return [shortcut, body, category].every((text) => typeof text === 'string');
    });
  moveCategory = (from: string, to: string): Promise<unknown> =>
    this.#http.ask('PUT', '/canned-replies/category', { from, to });

  chat = (id: number): Promise<unknown> => this.#http.get(`/chats/${id}`);
  claim = (id: number): Promise<unknown> => this.#http.post(`/chats/${id}/claim`);
  assign = (id: number, agentId: number | null, expected: number | null): Promise<unknown> =>
    this.#http.ask('PUT', `/chats/${id}/assignee`, { agentId, expected });
  label = (id: number, labelId: number, isOn: boolean): Promise<unknown> =>
    this.#http.ask(isOn ? 'PUT' : 'DELETE', `/chats/${id}/labels/${labelId}`);

  crmLinks = async (): Promise<unknown[]> => {
    const { list } = record(await this.#http.get('/crm-links'));
    return Array.isArray(list) ? list : [];
  };
  crmLink = async (id: number): Promise<unknown> =>
    record(await this.#http.get(`/chats/${id}/crm-link`))['link'];
  linkCrm = (id: number, { entityType, id: recordId, name, url }: CrmLink): Promise<unknown> =>
    this.#http.ask('PUT', `/chats/${id}/crm-link`, {
      entityType,
      id: recordId,
      name: name.slice(0, 200),
      url,
    });
  unlinkCrm = (id: number): Promise<unknown> => this.#http.ask('DELETE', `/chats/${id}/crm-link`);
  notes = async (id: number, before: string | null): Promise<Page<Note>> =>
    toPage(
      await this.#http.get(
        `/chats/${id}/notes?limit=100${before ? `&before=${encodeURIComponent(before)}` : ''}`,
      ),
      isNote,
    );
  addNote = (id: number, note: { clientId: string; body: string; mentions: number[] }): Promise<unknown> =>
    this.#http.post(`/chats/${id}/notes`, note);
  editNote = (id: number, note: { body: string; mentions: number[] }): Promise<unknown> =>
    this.#http.ask('PATCH', `/notes/${id}`, note);
  deleteNote = (id: number): Promise<unknown> => this.#http.ask('DELETE', `/notes/${id}`);

  sayReplying = (id: number, isReplying: boolean): Promise<unknown> =>
    this.#http.post(`/chats/${id}/replying`, { isReplying });
  /** Who else is looking at the Chat. */
  sayViewing = async (id: number): Promise<Viewing[]> =>
    keep(record(await this.#http.post(`/chats/${id}/viewing`))['list'], isViewing);
  leaveViewing = (id: number): void => this.#http.farewell(`/chats/${id}/viewing`, { isViewing: false });
  replying = async (inboxId: number): Promise<Replying[]> =>
    this.#list(`/inboxes/${inboxId}/replying`, isReplying);

  /** Lists of the Organisation, by an admin. */
  add = (list: AdminList, body: object): Promise<unknown> => this.#http.post(`/${list}`, body);
  change = (list: AdminList, id: number, body: object): Promise<unknown> =>
    this.#http.ask('PATCH', `/${list}/${id}`, body);
  remove = (list: AdminList, id: number): Promise<unknown> => this.#http.ask('DELETE', `/${list}/${id}`);

  /** The whole Chat as a file. */
  exported = (id: number, format: 'json' | 'text', withNotes: boolean): Promise<Blob> =>
    this.#http.file(`/chats/${id}/export?format=${format}&notes=${withNotes}`);

  async #list<T>(path: string, guard: (value: unknown) => value is T): Promise<T[]> {
    return keep(record(await this.#http.get(path))['list'], guard);
  }
}

export type AdminList = 'labels' | 'canned-replies';

const isNamed = <T>(value: unknown): value is T => {
  const { id, name } = record(value);
  return typeof id === 'number' && typeof name === 'string';
};

const isAtChat = (value: unknown, what: string): boolean => {
  const { inboxId, chatId, agent, [what]: is } = record(value);
  return (
    typeof inboxId === 'number' &&
    typeof chatId === 'number' &&
    typeof is === 'boolean' &&
    isNamed<Colleague>(agent)
  );
};
export const isReplying = (value: unknown): value is Replying => isAtChat(value, 'isReplying');
export const isViewing = (value: unknown): value is Viewing => isAtChat(value, 'isViewing');
/** What a colleague does at a Chat. */
export const isAtWork = (value: unknown): value is Replying | Viewing =>
  isReplying(value) || isViewing(value);
