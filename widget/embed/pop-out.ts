import type { App, Dock } from '../loader/seam.ts';
import { frameUrl, greeted, newNonce } from './greet.ts';
import { readHostTheme } from './host-theme.ts';
import type { Wire } from './wire.ts';

export interface PopOut {
  /** False: it has been closed, and this page goes on. */
  focus(): boolean;
  openChat(target: string | number, text?: string): void;
}
/** What a window of its own needs of whoever opens it. */
export interface Opener {
  config: { host: string };
  button: HTMLElement;
  signal: AbortSignal;
}

/** A closed window says nothing in every browser, so it is looked at this often, ms. */
const lookEvery = 700;
const passedOn = new Set(['unread', 'message', 'chat:opened', 'connection', 'session', 'error']);

/**
 * The app in a window of the server's own origin, with the sign-in of the page that opened it: the two prove to each
 * other who they are as page and frame do. Meanwhile the app of this page rests, so one of them has the socket. Nothing
 * when the browser opens no window.
 */
export function popOut(
  { config, button, signal }: Opener,
  dock: Dock,
  app: App,
  session: string | null,
  isOver: () => void,
): PopOut | undefined {
  const origin = new URL(config.host).origin;
  const nonce = newNonce();
  // Asked for with its name it would be the same window twice, and the second page of the CRM would take it from the first.
  const opened = window.open(frameUrl(config.host, nonce), '', 'popup,width=1040,height=760');
  if (!opened) return undefined;
  // Of one origin the two find each other as tabs do, and one of them leads.
  const isApart = origin !== location.origin;
  const { getToken, session: _, theme, ...options } = dock.options;
  const vouches = getToken !== undefined;
  const asked = (): object => ({
    ...options,
    vouches,
    ...(theme ? { theme: theme === 'host' ? readHostTheme() : theme } : {}),
    ...(session && !vouches ? { session } : {}),
  });
  const life = new AbortController();
  let place = app.place();
  let wire: Wire | undefined;

  const handlers = {
    token: () => getToken?.() ?? null,
    close: () => opened.close(),
    place(chatId: unknown, draft: unknown) {
      place = { chatId: typeof chatId === 'number' ? chatId : null, draft: String(draft ?? '') };
    },
    event(name: unknown, detail: unknown) {
      if (typeof name !== 'string' || !passedOn.has(name)) return;
      const badge = button.querySelector('i');
      if (name === 'unread' && badge) {
        const total = Number((detail as { total?: unknown } | null)?.total) || 0;
        badge.textContent = total > 99 ? '99+' : total ? `${total}` : '';
      }
      dock.emit(name, detail);
    },
  };
  const end = (): void => {
    if (life.signal.aborted) return;
    life.abort();
    clearInterval(looking);
    wire?.close();
    isOver();
    if (isApart && !signal.aborted) app.comeBack(place);
  };
  const looking = setInterval(() => opened.closed && end(), lookEvery);
  signal.addEventListener(
    'abort',
    () => {
      end();
      opened.close();
    },
    { once: true, signal: life.signal },
  );
  window.addEventListener(
    'message',
    (event) => {
      const fresh = greeted(event, { origin, nonce, window: opened, handlers, options: asked });
      if (!fresh) return;
      wire?.close();
      wire = fresh;
      wire.call('begin').then(() => {
        wire?.tell('show');
        if (place.chatId !== null) wire?.tell('openChat', place.chatId, place.draft || null);
      }, end);
    },
    { signal: life.signal },
  );
  if (isApart) app.rest();
  return {
    focus() {
      if (opened.closed) end();
      else opened.focus();
      return !opened.closed;
    },
    openChat: (target, text) => wire?.tell('openChat', target, text ?? null),
  };
}
