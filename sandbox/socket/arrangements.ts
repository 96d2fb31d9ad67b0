import { arrange } from '../arranging.ts';
import type { Chat, Person, Wid } from '../shapes.ts';
import type { World } from '../world.ts';
import { toJid, toWid } from './addresses.ts';
import { contactPatch, type Action, type AppState } from './app-state.ts';

/** A change of what all devices share; gives the name of the collection to look at. */
type Change = () => Promise<string | undefined>;

/** One device's view of pins, mutes, names and what is read: what the phone does reaches it, what it does the phone. */
export class Arrangements {
  #world: World;
  #appState: AppState;
  #chats = new Map<Wid, Pick<Chat, 'pinned' | 'archived' | 'mutedUntil' | 'unread'>>();

  constructor(world: World, appState: AppState) {
    this.#world = world;
    this.#appState = appState;
    for (const chat of world.state.chats) this.#chats.set(chat.id, { ...chat });
  }

  /** Everything there is, for a device that has just been linked. */
  async begin(): Promise<void> {
    const { state, me } = this.#world;
    await this.#appState.modify({ pushNameSetting: me.pushName }, '');
    for (const person of state.people) await this.putContact(person);
    for (const chat of state.chats) {
      if (chat.pinned) await this.#appState.modify({ pin: true }, toJid(chat.id));
      if (chat.mutedUntil) await this.#appState.modify({ mute: muteEnd(chat) }, toJid(chat.id));
    }
  }
  async putContact(person: Person): Promise<string | undefined> {
    const wid = person.numberHidden ? person.lid : (person.phone ?? person.lid);
    if (!wid || person.stranger || person.name === undefined) return undefined;
    const lid = person.numberHidden || wid.endsWith('@lid') ? undefined : person.lid;
    return this.#appState.put(contactPatch(toJid(wid), person.name, lid));
  }

  /** What has changed in a chat since the device heard of it. */
  changesOf(chat: Chat): Change[] {
    const before = this.#chats.get(chat.id) ?? { unread: 0 };
    this.#chats.set(chat.id, { ...chat });
    const jid = toJid(chat.id);
    const state = this.#appState;
    const changes: Change[] = [];
    if ((before.pinned ?? false) !== (chat.pinned ?? false))
      changes.push(() => state.modify({ pin: chat.pinned ?? false }, jid));
    if ((before.archived ?? false) !== (chat.archived ?? false))
      changes.push(() => state.modify({ archive: chat.archived ?? false, lastMessages: [] }, jid));
    if ((before.mutedUntil ?? 0) !== (chat.mutedUntil ?? 0))
      changes.push(() => state.modify({ mute: muteEnd(chat) }, jid));
    const [was, is] = [before.unread, chat.unread];
    if (was !== is && (is === 0 || is === -1))
      changes.push(() => state.modify({ markRead: is === 0, lastMessages: [] }, jid));
    return changes;
  }

  /** What the device itself has done. */
  take({ index: [, jid = '', id = ''], value }: Action, device: string): void {
    const world = this.#world;
    const wid = toWid(jid);
    if (!wid) return;
    if (value.starAction) return world.star(id, value.starAction.starred === true);
    const chat = world.people.findChat(wid);
    if (!chat) return;
    if (value.pinAction) arrange(world, wid, { pinned: value.pinAction.pinned === true });
    if (value.archiveChatAction) arrange(world, wid, { archived: value.archiveChatAction.archived === true });
    if (value.muteAction) {
      const until = Number(value.muteAction.muteEndTimestamp ?? 0);
      const seconds = until < 0 ? -1 : Math.floor(until / 1000);
      arrange(world, wid, { mutedUntil: value.muteAction.muted ? seconds : 0 });
    }
    if (value.markChatAsReadAction) {
      if (value.markChatAsReadAction.read) world.readByUs(wid, device);
      else arrange(world, wid, { unread: true });
    }
    this.#chats.set(wid, { ...chat });
  }
}

const muteEnd = (chat: Chat): number | null =>
  !chat.mutedUntil ? null : chat.mutedUntil < 0 ? -1 : chat.mutedUntil * 1000;
