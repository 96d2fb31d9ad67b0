import type { App, AppState, CrmBridge, Dock, Ground, Standing } from '../loader/seam.ts';
import css from './frame.css?inline';
import { frameUrl, greeted, newNonce } from './greet.ts';
import { readHostTheme } from './host-theme.ts';
import type { Wire } from './wire.ts';

/** How long the frame may take to answer. */
const patienceMs = 20_000;
/** And to say where it stands. */
const placingMs = 2_000;
const passedOn = new Set(['unread', 'message', 'chat:opened', 'connection', 'session', 'error']);

/**
 * The same app in a frame of the server's own origin: the page's scripts cannot read it. The frame says that it is there,
 * to exactly this page's origin and with the number only the two know; then it is handed one end of a port, once.
 */
export function frameApp(ground: Ground, dock: Dock): Promise<App> {
  const { config, root, button, signal } = ground;
  const asked = (): object => {
    const { getToken, theme, ...options } = dock.options;
    return {
      ...options,
      vouches: getToken !== undefined,
      ...(theme ? { theme: theme === 'host' ? readHostTheme() : theme } : {}),
    };
  };
  const origin = new URL(config.host).origin;
  const nonce = newNonce();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  const badge = document.createElement('i');
  button.append(badge);
  const frame = document.createElement('iframe');
  frame.title = config.label ?? 'WhatsApp';
  frame.allow = 'microphone; clipboard-write; autoplay';
  frame.className = config.position ?? '';
  frame.hidden = true;
  let wire: Wire | undefined;
  let isShown = false;
  let bridge: CrmBridge = {};
  const life = new AbortController();
  let standing: Promise<Standing> | undefined;
  // Where it was moved to it appears at once.
  let isPlaced = (): void => undefined;
  const placed = new Promise<void>((done) => (isPlaced = done));

  const handlers = {
    close: () => dock.close(),
    /** The frame cannot move itself. */
    async stand(what: keyof Standing, ...given: never[]) {
      standing ??= import('../stand/place-window.ts').then(({ placeWindow }) =>
        placeWindow({ root, box: frame, button }, life.signal, (...said) => wire?.tell('stood', ...said)),
      );
      const verbs = await standing;
      if (Object.hasOwn(verbs, what)) (verbs[what] as (...given: never[]) => void)(...given);
      isPlaced();
    },
    // Only this page can ask its own server for a token; the frame keeps what it gets for it.
    token: () => dock.options.getToken?.() ?? null,
    wide: (isWide: unknown) => frame.classList.toggle('wide', isWide === true),
    label: (name: unknown) => typeof name === 'string' && (button.ariaLabel = name.slice(0, 200)),
    // What a page has no functions for asks for nothing.
    ...Object.fromEntries(
      ['crmFind', 'crmOpen', 'crmCreate', 'crmLink', 'crmLog'].map((name) => [
        name,
        async (...given: unknown[]) => (await import('./crm-asked.ts')).answer(bridge, name, given),
      ]),
    ),
    event(name: unknown, detail: unknown) {
      if (typeof name !== 'string' || !passedOn.has(name)) return;
      if (name === 'unread') {
        const total = Number((detail as { total?: unknown } | null)?.total) || 0;
        badge.textContent = total > 99 ? '99+' : total ? `${total}` : '';
      }
      dock.emit(name, detail);
    },
  };
  const app: App = {
    show() {
      isShown = true;
      frame.hidden = false;
      wire?.tell('show');
      frame.focus();
    },
    hide() {
      isShown = false;
      frame.hidden = true;
      wire?.tell('hide');
    },
    openChat: (target, text) => wire?.tell('openChat', target, text ?? null),
    prefill: (text) => wire?.tell('prefill', text),
    setContext: (context) => wire?.tell('setContext', context ?? null),
    setLocale: (locale) => wire?.tell('setLocale', locale),
    // The colours of the page cannot be seen from in there: whether they are light or dark can be said.
    setTheme: (theme) => wire?.tell('setTheme', theme === 'host' ? readHostTheme() : theme),
    setColours: (given) => wire?.tell('setColours', given),
    setUser: (getToken) => wire?.tell('setUser', getToken !== undefined),
    // Functions do not go through a port: their names do, and come back as calls.
    setCrm(given, kind) {
      bridge = given;
      wire?.tell('setCrm', kind ?? 'generic', Object.keys(given));
    },
    // The frame opens its own window and rests by itself.
    place: () => ({ chatId: null, draft: '' }),
    rest: () => undefined,
    comeBack: () => undefined,
    state: async () => (await wire?.call('state')) as AppState,
    destroy() {
      life.abort();
      wire?.close();
      frame.remove();
      badge.remove();
    },
  };

  return new Promise((resolve, reject) => {
    const late = setTimeout(() => fail(`${origin} cannot be framed here`), patienceMs);
    const fail = (reason: string): void => {
      app.destroy();
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((one) => one !== sheet);
      reject(new Error(reason));
    };
    signal.addEventListener('abort', () => clearTimeout(late), { once: true, signal: life.signal });
    window.addEventListener(
      'message',
      (event) => {
        const greeting = { origin, nonce, window: frame.contentWindow, handlers, options: asked };
        const fresh = greeted(event, greeting);
        if (!fresh) return;
        clearTimeout(late);
        // A frame that was moved in the page starts again, and gets a new port.
        wire?.close();
        wire = fresh;
        wire.call('begin').then(
          async () => {
            setTimeout(isPlaced, placingMs);
            await placed;
            if (isShown) wire?.tell('show');
            resolve(app);
          },
          (error: unknown) => fail(String(error)),
        );
      },
      { signal: life.signal },
    );
    frame.src = frameUrl(config.host, nonce);
    root.prepend(frame);
  });
}
