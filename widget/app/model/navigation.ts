import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Chat } from '../../../server/contract/wire.ts';
import type { Api } from '../link/api.ts';
import { isChat } from '../link/decode.ts';
import type { Desk } from './desk.ts';
import { needsLinking } from './linking.ts';
import { troubleOf, type Trouble } from './pairing.ts';

export type Screen =
  | { name: 'chats' }
  /** `openedAs`: the Chat this screen was opened for, where it has since been joined into `chatId`. */
  | { name: 'chat'; chatId: number; openedAs?: number }
  | { name: 'contacts' }
  | { name: 'link' };

export interface NavigationOptions {
  api: Api;
  desks: ReadonlySignal<readonly Desk[]>;
  isReady(): boolean;
  /** The Agent chose another number, or all. */
  chosen(inboxId: number, isMerged: boolean): void;
}

/** Which number and which screen are in front, and the ways to them. */
export class Navigation {
  readonly deskId = signal(0);
  /** The list shows the Chats of all numbers. */
  readonly isMerged = signal(false);
  readonly screen = signal<Screen>({ name: 'chats' });
  /** A number that was asked for from outside and could not be opened. */
  readonly wanted = signal<{ phone: string; trouble: Trouble } | null>(null);
  readonly desk: ReadonlySignal<Desk | undefined>;
  readonly chat: ReadonlySignal<Chat | undefined>;
  #options: NavigationOptions;
  #intent: string | number | undefined;

  constructor(options: NavigationOptions) {
    this.#options = options;
    this.desk = computed(() => options.desks.value.find((desk) => desk.id === this.deskId.value));
    this.chat = computed(() => {
      const screen = this.screen.value;
      return screen.name === 'chat' ? this.findChat(screen.chatId) : undefined;
    });
  }

  findChat(chatId: number): Chat | undefined {
    for (const desk of this.#options.desks.value) {
      const chat = desk.chats.rows.get(chatId);
      if (chat) return chat;
    }
    return undefined;
  }

  chooseDesk(inboxId: number): void {
    batch(() => {
      this.deskId.value = inboxId;
      this.isMerged.value = false;
      this.#options.chosen(inboxId, false);
      this.screen.value = { name: needsLinking(this.desk.peek()) ? 'link' : 'chats' };
    });
  }

  /** The list of all numbers. */
  chooseAll(): void {
    batch(() => {
      this.isMerged.value = true;
      this.#options.chosen(this.deskId.peek(), true);
      this.screen.value = { name: 'chats' };
    });
  }

  /** Another number for new Chats; the screen stays. */
  writeFrom(inboxId: number): void {
    this.deskId.value = inboxId;
    this.#options.chosen(inboxId, this.isMerged.peek());
  }

  openChat(chatId: number): void {
    const chat = this.findChat(chatId);
    batch(() => {
      if (chat) this.deskId.value = chat.inboxId;
      this.screen.value = { name: 'chat', chatId: chat?.id ?? chatId };
    });
  }

  /** Opens the Chat with a number, making it where there is none. Resolves to what went wrong, or nothing. */
  async startChat(phone: string): Promise<Trouble | undefined> {
    const desk = this.desk.peek();
    if (!desk) return 'not-found';
    try {
      const chat = await this.#options.api.startChat(desk.id, phone);
      desk.chats.rows.put([chat]);
      this.openChat(chat.id);
      return undefined;
    } catch (error) {
      return troubleOf(error);
    }
  }

  /** From outside: a number in any spelling, WhatsApp's own id (`…@lid`), or the id of a Chat. Waits for the sign-in if there is none. */
  async reach(target: string | number): Promise<void> {
    if (!this.#options.isReady()) {
      this.#intent = target;
      return;
    }
    await this.#go(target);
  }

  /** Whether somebody wants to go somewhere once the sign-in is done. */
  get isAwaited(): boolean {
    return this.#intent !== undefined;
  }

  async #go(target: string | number): Promise<void> {
    if (typeof target === 'number' && this.findChat(target)) return this.openChat(target);
    if (typeof target === 'number' && (await this.#openUnlisted(target))) return;
    // A number is what stands before these alone; other ids of WhatsApp's look like numbers and are none.
    const phone = `${target}`.replace(/@(c\.us|s\.whatsapp\.net)$/, '');
    const trouble = await this.startChat(phone);
    if (!trouble) return;
    batch(() => {
      this.wanted.value = { phone, trouble };
      this.screen.value = { name: 'contacts' };
    });
  }

  /** A Chat by its id that no list has come to yet. False: there is none. */
  async #openUnlisted(chatId: number): Promise<boolean> {
    const chat = await this.#options.api.work.chat(chatId).catch(() => undefined);
    if (!isChat(chat)) return false;
    this.#options.desks
      .peek()
      .find(({ id }) => id === chat.inboxId)
      ?.chats.rows.put([chat]);
    this.openChat(chat.id);
    return true;
  }

  /** Goes where somebody wanted to before the sign-in was done. */
  async goOn(): Promise<void> {
    const intent = this.#intent;
    this.#intent = undefined;
    if (intent !== undefined) await this.#go(intent);
  }
}
