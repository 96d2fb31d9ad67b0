import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import { chatFilters, orders, type ListFilter, type ListSort } from './chat-list.ts';

/** Where choices are kept; `localStorage` in a page. Any call may throw. */
export interface ChoiceStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Minutes since midnight, local time. `from` may be later than `until`: over midnight. */
export interface QuietHours {
  isOn: boolean;
  from: number;
  until: number;
}

export const sounds = ['off', 'drop', 'chime', 'knock'] as const;
export type Sound = (typeof sounds)[number];
export const textSizes = ['small', 'normal', 'large', 'largest'] as const;
export type TextSize = (typeof textSizes)[number];
export const themes = ['auto', 'light', 'dark', 'host'] as const;
export type ThemeChoice = (typeof themes)[number];

/** How long, ms, a Message waits for second thoughts where that was chosen. */
export const undoMs = 5_000;

/** What an Agent chose for this widget in this browser. No secrets. */
export interface Preferences {
  /** Desktop notifications are wanted; whether they may be shown is the browser's word (`Alerts.permission`). */
  notifications: boolean;
  sound: Sound;
  /** 0…1 */
  volume: number;
  quietHours: QuietHours;
  /** Notifications show the text, not only who wrote. */
  preview: boolean;
  /** Only Chats that are assigned to this Agent, and those nobody looks after. */
  onlyMine: boolean;
  /** Ids of the Inboxes that make no sound and no notification. */
  quietInboxes: readonly number[];
  /** The number of unread Messages stands in the page's title. */
  titleBadge: boolean;
  /** `null`: what the page asks for. */
  theme: ThemeChoice | null;
  /** BCP 47; `null`: what the page asks for. */
  locale: string | null;
  textSize: TextSize;
  /** Enter sends; otherwise Ctrl+Enter (⌘+Enter) does. */
  enterSends: boolean;
  /** Shortcuts of a single character. */
  shortcuts: boolean;
  /** The keys that were chosen, as `shortcuts.ts` writes them; `null`: the usual ones. */
  keys: string | null;
  /** A sent Message waits 5 s in which it can be taken back. */
  undoSend: boolean;
  isExpanded: boolean;
  /** Where the window stands and how large, as `stand/stand.ts` writes it; `null`: as usual. */
  stand: string | null;
  /** What the list of chats is cut to. */
  listFilter: ListFilter;
  listSort: ListSort;
  /** The number whose chats were last looked at; 0: the first. */
  inboxId: number;
  /** The list shows the chats of all numbers. */
  allNumbers: boolean;
  /** Names and Messages are blurred until one points at them. */
  isVeiled: boolean;
  /** Customers are told that this Agent writes to them. */
  tellsTyping: boolean;
  /** Colleagues see which Chat this Agent has before their eyes, and this Agent sees theirs. */
  tellsViewing: boolean;
  /** Was asked once whether an internal note is meant. */
  knowsNotes: boolean;
  /** Records of the CRM that were linked by hand, by number; read by whoever shows them. */
  crmLinks: Readonly<Record<string, unknown>>;
}

export const usual: Preferences = {
  notifications: false,
  sound: 'drop',
  volume: 0.6,
  quietHours: { isOn: false, from: 20 * 60, until: 8 * 60 },
  preview: true,
  onlyMine: false,
  quietInboxes: [],
  titleBadge: true,
  theme: null,
  locale: null,
  textSize: 'normal',
  enterSends: true,
  shortcuts: true,
  keys: null,
  undoSend: false,
  isExpanded: false,
  stand: null,
  listFilter: 'all',
  listSort: 'newest',
  inboxId: 0,
  allNumbers: false,
  isVeiled: false,
  tellsTyping: false,
  tellsViewing: true,
  knowsNotes: false,
  crmLinks: {},
};

const place = 'chatdock:preferences';
/** These stay with the browser too: the sign-in screen knows nobody yet. */
const ofBrowser = ['theme', 'locale', 'isExpanded', 'stand'] as const;

/**
 * The choices of the Agent who is signed in, by the Agent; before the sign-in those of the browser. Each is one signal's
 * value: `preferences.value.value.sound`, or `preferences.of('sound').value` to depend on nothing else.
 */
export class PreferenceBook {
  readonly value: ReadonlySignal<Preferences>;
  #chosen = signal<Partial<Preferences>>({});
  #store: ChoiceStore | undefined;
  #owner = '';
  #signals = new Map<keyof Preferences, ReadonlySignal<unknown>>();

  /** Without a store the choices last as long as the page. */
  constructor(store?: ChoiceStore) {
    this.#store = store;
    this.value = computed(() => ({ ...usual, ...this.#chosen.value }));
    this.#chosen.value = this.#read('');
  }

  of<Name extends keyof Preferences>(name: Name): ReadonlySignal<Preferences[Name]> {
    let one = this.#signals.get(name);
    if (!one) this.#signals.set(name, (one = computed(() => this.value.value[name])));
    return one as ReadonlySignal<Preferences[Name]>;
  }

  set<Name extends keyof Preferences>(name: Name, value: Preferences[Name]): void {
    this.change({ [name]: value });
  }

  change(change: Partial<Preferences>): void {
    // Another tab may have chosen something else meanwhile.
    this.#keep(this.#owner, { ...this.#read(this.#owner), ...change });
    const shared = Object.fromEntries(
      ofBrowser.filter((name) => name in change).map((name) => [name, change[name]]),
    );
    if (this.#owner && Object.keys(shared).length) this.#keep('', { ...this.#read(''), ...shared });
    this.#chosen.value = { ...this.#chosen.peek(), ...change };
  }

  /** Back to what it is for somebody new. */
  reset(): void {
    this.#keep(this.#owner, {});
    this.#chosen.value = {};
  }

  /** Somebody has signed in; `owner` tells servers and Agents apart. `''`: nobody is. */
  open(owner: string): void {
    this.#owner = owner;
    batch(() => (this.#chosen.value = { ...this.#read(''), ...this.#read(owner) }));
  }

  /** Another tab has changed what is kept under this key (a `storage` event). */
  hear(key: string | null): void {
    if (key === null || key === this.#key(this.#owner)) this.open(this.#owner);
  }

  #key(owner: string): string {
    return owner ? `${place}:${owner}` : place;
  }

  #keep(owner: string, chosen: Partial<Preferences>): void {
    try {
      this.#store?.setItem(this.#key(owner), JSON.stringify(chosen));
    } catch {
      // A page without storage, or a full one: the choice lasts as long as the page.
    }
  }

  #read(owner: string): Partial<Preferences> {
    try {
      return checked(JSON.parse(this.#store?.getItem(this.#key(owner)) ?? '{}'));
    } catch {
      return {};
    }
  }
}

/** Whether it is quiet now. */
export function isQuiet({ isOn, from, until }: QuietHours, now: Date): boolean {
  const minute = now.getHours() * 60 + now.getMinutes();
  if (!isOn || from === until) return false;
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

/** What can be used of what was read: other programs on the page's origin write there too, and older versions of us. */
function checked(read: unknown): Partial<Preferences> {
  if (read === null || typeof read !== 'object') return {};
  const { language, ...found } = read as Record<string, unknown>;
  // The choice of a language had this name once (2026-11-21).
  if (typeof language === 'string' && found['locale'] === undefined) found['locale'] = language;
  const kept = Object.entries(found).filter(([name, value]) => name in usual && isFit(name, value));
  return Object.fromEntries(kept);
}

function isFit(name: string, value: unknown): boolean {
  const among = (list: readonly unknown[]): boolean => list.includes(value);
  const isMinute = (at: unknown): boolean => typeof at === 'number' && at >= 0 && at < 24 * 60;
  switch (name) {
    case 'sound':
      return among(sounds);
    case 'textSize':
      return among(textSizes);
    case 'theme':
      return value === null || among(themes);
    case 'locale':
    case 'stand':
    case 'keys':
      return value === null || typeof value === 'string';
    case 'listFilter':
      return among(chatFilters);
    case 'listSort':
      return among(Object.keys(orders));
    case 'inboxId':
      return typeof value === 'number';
    case 'crmLinks':
      return value !== null && typeof value === 'object';
    case 'volume':
      return typeof value === 'number' && value >= 0 && value <= 1;
    case 'quietInboxes':
      return Array.isArray(value) && value.every((id) => typeof id === 'number');
    case 'quietHours': {
      const { isOn, from, until } = (value ?? {}) as Record<string, unknown>;
      return typeof isOn === 'boolean' && isMinute(from) && isMinute(until);
    }
    default:
      return typeof value === 'boolean';
  }
}
