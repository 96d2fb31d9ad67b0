/** The seams: loader (on every page) ↔ embed (the page's side) ↔ app (loaded when it is needed). Types only. */
import type {
  Chatdock,
  CrmBridge,
  CrmLog,
  CrmLogAnswer,
  ChatdockConfig,
  ChatdockState,
  PageContext,
  Theme,
} from '../npm/index.d.ts';

export type { CrmBridge, CrmLog, CrmLogAnswer, PageContext };

/** A record of the CRM, read and bounded. */
export interface CrmRecord {
  entityType: string;
  id: string;
  name: string;
  phones: readonly string[];
  url: string | null;
  facts: readonly { label: string; value: string }[];
}

/** What the loader has put on the page, for the chunk that knows the rest. */
export interface Ground {
  version: string;
  config: ChatdockConfig & { host: string };
  element: HTMLElement;
  root: ShadowRoot;
  button: HTMLButtonElement;
  /** Aborted by `shutdown`: everything has to go. */
  signal: AbortSignal;
  /** An event of ours on `document`. False: a listener has cancelled it. */
  emit(event: string, detail?: unknown): boolean;
  /** What the launcher shows: without a drawing of its own it is closed. */
  face(drawing?: string): void;
}

/** The verbs of the API; the loader hands calls on to them. */
export type Verbs = Omit<Chatdock, 'version' | 'boot' | 'on' | 'once' | 'off' | 'shutdown'>;
export type Begin = (ground: Ground) => Record<string, ((...given: never[]) => unknown) | undefined>;

/** What the page asked of the app. */
export interface DockOptions {
  /** Where the server is, without a trailing slash. */
  host: string;
  /** BCP 47 tag; '' if neither the tag nor the page has one. */
  locale: string;
  /** Where the page's user is, as an IANA name; without one (or '') times are the browser's. */
  timeZone?: string;
  theme?: Theme;
  /** `cookie`: a page of the server's own origin. Otherwise a bearer token that lives in memory only. */
  auth?: 'cookie' | 'bearer';
  position?: 'start' | 'end';
  account?: string;
  exposeContent?: boolean;
  /** Title and icon of the page are its own: nothing there says that something is unread. */
  isUnmarked?: boolean;
  /** A fresh token of the host page for its user. */
  getToken?: () => Promise<string>;
  /** In a frame or a window of its own: the origin of the page it belongs to. */
  page?: string;
  /** A sign-in that the page which opened this window has already. In memory only. */
  session?: string;
}

/** Where an Agent is: what a window of its own begins with, and gives back. */
export interface Place {
  chatId: number | null;
  draft: string;
}

/** How the window is wanted. */
export interface StandWish {
  /** What an earlier `stood` said; `null`: as usual. */
  kept: string | null;
  isExpanded: boolean;
  /** What the handle and its menu say, in the language of now. */
  words: Record<'handle' | 'float' | 'dock' | 'atFloat' | 'atLeft' | 'atRight' | 'large' | 'reset', string>;
  dir: 'ltr' | 'rtl';
  /** As CSS says it. */
  colorScheme: string;
}

/** Where the window stands: what the page's side does about it. */
export interface Standing {
  put(wish: StandWish): void;
  /** It is taken by its header, so far from its left and top, px. */
  grab(x: number, y: number): void;
  /** Since then, px. */
  drag(dx: number, dy: number): void;
  /** False: back to where it was. */
  drop(isKept: boolean): void;
}

/** `stood` hears what an Agent has made of it, to be kept for the next time. */
export type Stand = (stood: (kept: string | null, isExpanded: boolean) => void) => Standing;

/** What the app may do to the page: everything else is inside its shadow root. */
export interface Dock {
  root: ShadowRoot;
  /** The launcher; the app puts the unread badge on it and keeps its name. */
  button: HTMLElement;
  options: DockOptions;
  /** Closes the panel and gives the focus back to the launcher. */
  close(): void;
  emit(event: string, detail?: unknown): void;
  /** Opens a window of its own with the same sign-in. False: the browser does not let us. Absent: it is one. */
  popOut?(session: string | null): Promise<boolean>;
  /** In a frame: the page around moves it. Otherwise the app moves its own panel. */
  stand?: Stand;
}

/** What `getState` and `doctor` are told by the app. */
export type AppState = Pick<ChatdockState, 'isSignedIn' | 'connection' | 'unread'> & {
  sessions: readonly { inboxId: number; state: string }[];
};

/** The loaded app. */
export interface App {
  show(): void;
  hide(): void;
  /** A phone number in any spelling, or the id of a Chat. */
  openChat(target: string | number, text?: string): void;
  prefill(text: string): void;
  /** The record the page is about, as the page gave it. */
  setContext(context: unknown): void;
  setLocale(locale: string): void;
  /** An IANA name; undefined or '': the browser's. A frame begins with the one that is known then. */
  setTimeZone?(name: string | undefined): void;
  setTheme(theme: Theme): void;
  /** In a frame: values of `--cd-*`, which do not reach into it by themselves. */
  setColours?(colours: Readonly<Record<string, string>>): void;
  /** Undefined: signs out. */
  setUser(getToken: (() => Promise<string>) | undefined): void;
  state(): Promise<AppState>;
  /** What the page can do with its records, each if it is there; `espo`: records have addresses of EspoCRM's kind. */
  setCrm(bridge: CrmBridge, kind?: 'espo' | 'generic'): void;
  /** Where the Agent is. */
  place(): Place;
  /** Another window goes on with it: the socket and the lead are let go. */
  rest(): void;
  /** That window is gone. */
  comeBack(place: Place): void;
  destroy(): void;
}

export type Mount = (dock: Dock) => App;
