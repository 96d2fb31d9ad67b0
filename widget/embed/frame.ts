import type { App, CrmBridge, CrmLogAnswer, Dock, DockOptions, Mount, Stand } from '../loader/seam.ts';
import { fill } from './fill.ts';
import { isHello, Wire, wireVersion } from './wire.ts';

declare const __APP__: string;

/**
 * Inside the frame. The server has let exactly one page frame us and has written its origin into the address; the number
 * after the `#` never left the browser. Whoever shows both and is our parent gets to talk to the app, once.
 */
const page = new URL(location.href).searchParams.get('page') ?? '';
const nonce = location.hash.slice(1) || keptNonce();
const host = new URL('..', location.href).href.replace(/\/$/, '');
/** In a frame the page around it; in a window of its own the one that opened it. */
const isWindow = window.parent === window;
const around = (isWindow ? window.opener : window.parent) as Window | null;
// In a window it stays with its entry of the history, so that it can be loaded again.
history.replaceState(isWindow ? { nonce } : null, '', location.pathname + location.search);

window.addEventListener('message', function hear(event: MessageEvent<unknown>) {
  const port = event.ports[0];
  if (event.origin !== page || event.source !== around || !port || !isHello(event.data, nonce)) return;
  window.removeEventListener('message', hear);
  begin(port, (event.data as unknown as { options: unknown }).options);
});
if (around && page && nonce) around.postMessage({ chatdock: wireVersion, nonce }, page);

function begin(port: MessagePort, given: unknown): void {
  const element = document.createElement('chatdock-widget');
  const root = element.attachShadow({ mode: 'open' });
  const button = document.createElement('button');
  button.hidden = true;
  element.toggleAttribute('data-window', isWindow);
  root.append(button);
  fill(root, element, document.body);
  document.body.style.margin = '0';
  document.body.style.height = '100dvh';
  let app: App | undefined;
  let stood: Parameters<Stand>[0] | undefined;
  const wire = new Wire(port, {
    async begin() {
      const { mount } = (await import(/* @vite-ignore */ `${host}/widget/${__APP__}`)) as { mount: Mount };
      const dock: Dock = {
        root,
        button,
        options: readOptions(given, () => wire.call('token') as Promise<string>),
        close: () => (isWindow ? window.close() : wire.tell('close')),
        emit: (event, detail) => wire.tell('event', event, detail ?? null),
      };
      if (!isWindow) {
        dock.popOut = (session) => openWindow(dock, session);
        dock.stand = (hear) => {
          stood = hear;
          return {
            put: (wish) => wire.tell('stand', 'put', wish),
            grab: (...at) => wire.tell('stand', 'grab', ...at),
            drag: (...by) => wire.tell('stand', 'drag', ...by),
            drop: (isKept) => wire.tell('stand', 'drop', isKept),
          };
        };
      }
      app = mount(dock);
      fillAgain();
      if (isWindow) tellPlace();
      const box = root.querySelector('.panel');
      if (box) watch(box);
      watchLabel();
    },
    stood: (kept: unknown, isExpanded: unknown) =>
      stood?.(typeof kept === 'string' ? kept : null, isExpanded === true),
    show: () => app?.show(),
    hide: () => app?.hide(),
    openChat(target: unknown, text: unknown) {
      if (typeof target === 'string' || typeof target === 'number')
        app?.openChat(target, typeof text === 'string' ? text : undefined);
    },
    prefill: (text: unknown) => app?.prefill(String(text)),
    setContext: (context: unknown) => app?.setContext(context),
    setLocale: (locale: unknown) => app?.setLocale(String(locale)),
    setTheme(theme: unknown) {
      if (isTheme(theme)) app?.setTheme(theme);
    },
    setColours(colours: unknown) {
      for (const [name, value] of Object.entries(colours ?? {}))
        if (/^--cd-[a-z-]+$/.test(name)) element.style.setProperty(name, String(value));
    },
    /** A frame that was made for this alone: no app has begun in it. */
    clear: async () => (await import('./clear-local.ts')).clearLocal(),
    setUser: (isThere: unknown) =>
      app?.setUser(isThere === true ? () => wire.call('token') as Promise<string> : undefined),
    setCrm: (kind: unknown, names: unknown) =>
      app?.setCrm(bridgeOf(wire, Array.isArray(names) ? names : []), kind === 'espo' ? 'espo' : 'generic'),
    state: () => app?.state(),
  });

  /** Both are of one origin: the tabs of an Agent know by themselves who of them leads. */
  async function openWindow(dock: Dock, session: string | null): Promise<boolean> {
    const { popOut } = await import('./pop-out.ts');
    const { signal } = new AbortController();
    const opened = app && popOut({ config: { host }, button, signal }, dock, app, session, () => undefined);
    if (opened) wire.tell('close');
    return opened !== undefined;
  }

  /** Our rules come last, after those of the app. */
  function fillAgain(): void {
    const [first, ...others] = root.adoptedStyleSheets;
    if (first) root.adoptedStyleSheets = [...others, first];
  }
  /** For the page that goes on when this window is closed. */
  function tellPlace(): void {
    document.title = 'WhatsApp';
    const tell = (): void => {
      const place = app?.place();
      if (place) wire.tell('place', place.chatId, place.draft);
    };
    for (const event of ['input', 'keyup', 'click']) root.addEventListener(event, () => queueMicrotask(tell));
    window.addEventListener('pagehide', tell);
  }
  function watchLabel(): void {
    const tell = (): void => wire.tell('label', button.ariaLabel);
    new MutationObserver(tell).observe(button, { attributeFilter: ['aria-label'] });
    tell();
  }
  /** The panel in the frame is as large as the frame; that it wants to be large is for the page to grant. */
  function watch(box: Element): void {
    new MutationObserver(() => wire.tell('wide', box.classList.contains('expanded'))).observe(box, {
      attributeFilter: ['class'],
    });
  }
}

const isTheme = (theme: unknown): theme is 'auto' | 'light' | 'dark' =>
  /^(auto|light|dark)$/.test(theme as string);

function readOptions(given: unknown, getToken: () => Promise<string>): DockOptions {
  const asked = (given ?? {}) as Record<string, unknown>;
  const word = (name: string): string => (typeof asked[name] === 'string' ? asked[name].slice(0, 200) : '');
  const theme = word('theme');
  return {
    host,
    locale: word('locale'),
    auth: asked['auth'] === 'cookie' && page === location.origin ? 'cookie' : 'bearer',
    session: word('session'),
    page,
    ...(isTheme(theme) ? { theme } : {}),
    account: word('account'),
    timeZone: word('timeZone'),
    exposeContent: asked['exposeContent'] === true,
    ...(asked['vouches'] === true ? { getToken } : {}),
  };
}

/** What the page can do with its records, asked through the port. */
function bridgeOf(wire: Wire, names: readonly unknown[]): CrmBridge {
  // `openContact` is a verb of the page's: what it reads is asked there.
  const all: Required<Omit<CrmBridge, 'read'>> = {
    find: (asked) => wire.call('crmFind', asked),
    open: (record) => wire.tell('crmOpen', record),
    create: (asked) => wire.call('crmCreate', asked),
    link: (record, phone) => wire.call('crmLink', record, phone),
    // Read by the card as anything foreign.
    log: (asked) => wire.call('crmLog', asked) as Promise<CrmLogAnswer>,
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

function keptNonce(): string {
  const { nonce: kept } = (history.state ?? {}) as { nonce?: unknown };
  return typeof kept === 'string' ? kept : '';
}
