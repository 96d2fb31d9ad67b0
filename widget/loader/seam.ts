/** The seam between the loader (on every page) and the app (loaded when it is needed). Types only. */

/** What the script tag asked for. */
export interface DockOptions {
  /** Where the server is, without a trailing slash. */
  host: string;
  /** BCP 47 tag: `data-locale`, else the page's language; '' if it has none. */
  locale: string;
  theme?: 'auto' | 'light' | 'dark';
  /** `cookie`: a page of the server's own origin. Otherwise a bearer token that lives in memory only. */
  auth?: 'cookie' | 'bearer';
  position?: 'start' | 'end';
}

/** What the app may do to the page: everything else is inside its shadow root. */
export interface Dock {
  root: ShadowRoot;
  /** The launcher; the app puts the unread badge on it and keeps its name. */
  button: HTMLElement;
  options: DockOptions;
  /** Closes the panel and gives the focus back to the launcher. */
  close(): void;
  emit(event: string, detail?: unknown): void;
}

/** The loaded app. */
export interface App {
  show(): void;
  hide(): void;
  /** A phone number in any spelling, or the id of a Chat. */
  openChat(target: string | number): void;
  destroy(): void;
}

export type Mount = (dock: Dock) => App;
