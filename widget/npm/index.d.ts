/** Types of the page's side of Chatdock: what a script tag takes, `window.Chatdock`, its events, and `load`. */

export type Theme = 'auto' | 'light' | 'dark' | 'host';

/** The same names as the `data-*` attributes, in camel case. */
export interface ChatdockConfig {
  /** Origin (and prefix) of your Chatdock server, `https://chat.example.com`. */
  host?: string;
  /** A fresh token of the signed-in user, from your server; asked again before it runs out. */
  getToken?: () => Promise<string> | string;
  /** The same by address: answered with `{"token": "…"}` or the bare token. */
  tokenUrl?: string;
  /** Name or id of the only number to show; default: all the agent may see. */
  account?: string;
  crm?: 'auto' | 'espo' | 'generic';
  /** BCP 47, or `auto`: the page's language, else the browser's. */
  locale?: string;
  /** Where the user is, as an IANA name (`Europe/Rome`): times are told by its clock, else by the browser's. EspoCRM's is known. */
  timeZone?: string;
  theme?: Theme;
  position?: 'end' | 'start';
  /** px from the edges. */
  offset?: number | string;
  zIndex?: number | string;
  open?: boolean | string;
  /** `none`, or a selector of the page's own buttons. */
  launcher?: string;
  /** The launcher's name for screen readers. */
  label?: string;
  /** What becomes of phone numbers on the page. */
  clickToChat?: 'menu' | 'link' | 'off';
  /** Further elements with numbers to look for: a list of selectors. */
  phones?: string;
  mode?: 'shadow' | 'iframe';
  /** `message` events bring the text along. */
  exposeContent?: boolean | string;
  /** `off`: the page's title and icon never say that something is unread; otherwise each agent may choose. */
  badge?: 'auto' | 'off';
  /** `cookie` on pages of the server's own origin. */
  auth?: 'bearer' | 'cookie';
}

/** The record a page is about. */
export interface PageContext {
  entityType: string;
  id: string;
  phones?: readonly string[];
  name?: string;
  /** Where it is read; an EspoCRM's is known. */
  url?: string;
  /** Up to six lines for the card beside a chat. */
  facts?: readonly { label: string; value: string }[];
}

/** What a page can do with the records of its CRM, each if it is there. A phone comes as digits with the country's. */
export interface CrmBridge {
  /** Records with a number, or by what is typed: `{entityType, id, name, phones, url?, facts?}[]`. */
  find?(asked: { phone: string } | { text: string }): unknown;
  /** One record by its id, `{phones}` at least: for `openContact` with another record than that on the page. */
  read?(asked: { entityType: string; id: string }): unknown;
  open?(record: { entityType: string; id: string; name: string }): void;
  /** Opens the CRM's own form, filled in; or makes the record and gives it: it is linked to the chat then. */
  create?(asked: { entityType: string; name: string; phone: string }): unknown;
  /** The agent says that a number belongs to this record. */
  link?(record: { entityType: string; id: string; name: string }, phone: string): unknown;
  /**
   * Writes down a call or a task with a record; without it the card offers neither. What throws or rejects is told as a
   * CRM that did not answer.
   */
  log?(asked: CrmLog): CrmLogAnswer | Promise<CrmLogAnswer>;
}

/** What an agent has written down beside a chat for the CRM to keep with the record of its person. */
export type CrmLog = {
  record: { entityType: string; id: string; name: string };
  /** One line, at most 100 letters; of a call it is `Call with …` in the agent's language. */
  title: string;
  /** At most 4,000 letters; may be empty. */
  note: string;
} & (
  | {
      kind: 'call';
      /** False: nobody answered. */
      isHeld: boolean;
      direction: 'in' | 'out';
      /** ISO 8601, UTC. */
      startedAt: string;
      /** 0 where nobody answered. */
      minutes: number;
    }
  | {
      kind: 'task';
      /** `YYYY-MM-DD`, if there is a day. */
      due: string | null;
    }
);

/**
 * What was written, for a link to it (by `open`, or its `url`; an EspoCRM's is known), or nothing: written, without a
 * link; or why it was not, with the CRM's own words if it has some.
 */
export type CrmLogAnswer =
  | { entityType: string; id: string; name?: string; url?: string }
  | { refused: 'no-right' | 'no-login' | 'invalid'; why?: string }
  | void;

/** A number in any spelling, WhatsApp's own id of a chat (`…@c.us`, `…@lid`, `…@g.us`), or the id of a Chat. */
export type ChatTarget = string | number | { chatId: number } | { phone: string };

export interface ChatdockEvents {
  ready: { version: string };
  open: undefined;
  close: undefined;
  unread: { total: number; byAccount: Readonly<Record<string, number>> };
  message: { chatId: number; direction: 'in' | 'out'; preview?: string };
  'chat:opened': { chatId: number };
  connection: { state: 'live' | 'polling' | 'reconnecting' | 'offline' };
  session: { inboxId: number; state: string };
  context: PageContext | null;
  /** Cancel the event on `document` to handle the number yourself. */
  'click-to-chat': { phone: string; text?: string; element: Element };
  error: { code: string; hint: string; docUrl: string };
}
export type ChatdockEvent = keyof ChatdockEvents;

export interface ChatdockState {
  version: string;
  mode: 'shadow' | 'iframe';
  isOpen: boolean;
  isLoaded: boolean;
  isSignedIn: boolean;
  connection: string;
  unread: number;
  context: PageContext | null;
}

export interface DoctorCheck {
  id: string;
  state: 'ok' | 'warn' | 'fail' | 'unknown';
  says: string;
  /** The exact line to paste, where there is one. */
  fix?: string;
}
export interface DoctorReport {
  version: string;
  /** ms. */
  at: number;
  isWell: boolean;
  checks: readonly DoctorCheck[];
}

/**
 * `window.Chatdock`. Every verb may be called at any time and resolves when it is done; none of them rejects. A call that makes
 * no sense is an `error` event with the code `bad-call`.
 */
export interface Chatdock {
  (verb: string, ...parameters: unknown[]): unknown;
  readonly version: string;
  boot(config?: ChatdockConfig): Promise<void>;
  open(): Promise<void>;
  close(): Promise<void>;
  toggle(): Promise<void>;
  /** `focus: false`: whoever is typing in the page goes on there. */
  openChat(target: ChatTarget, options?: { text?: string; focus?: boolean }): Promise<void>;
  /** Opens the chat of a record: of the one on the page, of any in EspoCRM, elsewhere of those that `setCrm({ read })` knows. */
  openContact(entityType: string, id: string): Promise<void>;
  prefill(text: string): Promise<void>;
  /** Who the page vouches for now, and where they are (an IANA name; default: `timeZone` of the page); null signs out. */
  setUser(user: { getToken: () => Promise<string> | string; timeZone?: string } | null): Promise<void>;
  setContext(context: PageContext | null): Promise<void>;
  /** `espo`: records have addresses of EspoCRM's kind (`#Contact/view/ID`). */
  setCrm(bridge: CrmBridge, kind?: 'espo' | 'generic'): Promise<void>;
  setLocale(locale: string): Promise<void>;
  /** A theme, or values for `--cd-*`: `{ accent: '#0b5a7c' }`. */
  setTheme(theme: Theme | Readonly<Record<string, string>>): Promise<void>;
  show(): Promise<void>;
  hide(): Promise<void>;
  /** The panel inside an element of the page, until `destroy`. */
  create(options: { target: Element | string }): Promise<{ destroy(): void } | undefined>;
  on<E extends ChatdockEvent>(event: E, handler: (detail: ChatdockEvents[E]) => void): () => void;
  once<E extends ChatdockEvent>(event: E, handler: (detail: ChatdockEvents[E]) => void): () => void;
  off<E extends ChatdockEvent>(event: E, handler: (detail: ChatdockEvents[E]) => void): void;
  getState(): Promise<ChatdockState>;
  doctor(): Promise<DoctorReport>;
  /** Takes everything out of the page. `clearLocal`: what was kept in this browser too. */
  shutdown(options?: { clearLocal?: boolean }): Promise<void>;
}

/** Brings the loader in by `import()` and boots it: works under a strict policy and Trusted Types. */
export function load(config: ChatdockConfig & { host: string }): Promise<Chatdock>;

declare global {
  interface Window {
    Chatdock?: Chatdock;
  }
  interface DocumentEventMap {
    'chatdock:ready': CustomEvent<ChatdockEvents['ready']>;
    'chatdock:open': CustomEvent<undefined>;
    'chatdock:close': CustomEvent<undefined>;
    'chatdock:unread': CustomEvent<ChatdockEvents['unread']>;
    'chatdock:message': CustomEvent<ChatdockEvents['message']>;
    'chatdock:chat:opened': CustomEvent<ChatdockEvents['chat:opened']>;
    'chatdock:connection': CustomEvent<ChatdockEvents['connection']>;
    'chatdock:session': CustomEvent<ChatdockEvents['session']>;
    'chatdock:context': CustomEvent<ChatdockEvents['context']>;
    'chatdock:click-to-chat': CustomEvent<ChatdockEvents['click-to-chat']>;
    'chatdock:error': CustomEvent<ChatdockEvents['error']>;
  }
}
