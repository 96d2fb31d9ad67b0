import { armour } from './armour.ts';
import css from './launcher.css?inline';
import type { App, Dock, DockOptions, Mount } from './seam.ts';

declare const __APP__: string;

type Handler = (detail?: unknown) => void;
type Command = [name: string, ...parameters: unknown[]];

const page = window as unknown as {
  Chatdock?: { q?: Command[]; version?: string };
  WhatsAppWidget?: object | undefined;
};
const bubble = 'M21 11.5a8.5 8.5 0 0 1-12.4 7.6L3 21l1.9-5.6A8.5 8.5 0 1 1 21 11.5z';
const cross = 'M6 6l12 12M18 6L6 18';
const alarm = 'M12 5v9M12 18v1';

/** Puts the launcher on the page. The first loader wins; a second one on the same page does nothing. */
function start(script: HTMLScriptElement): void {
  if (page.Chatdock?.version) return;
  const { host, locale, theme, auth, position, open, label = 'WhatsApp' } = script.dataset;
  const options = {
    host: (host ?? new URL('../..', script.src).href).replace(/\/$/, ''),
    locale: (locale !== 'auto' && locale) || document.documentElement.lang,
    theme,
    auth,
    position,
  } as DockOptions;
  const handlers = new Map<string, Set<Handler>>();
  const life = new AbortController();
  const element = document.createElement('chatdock-widget');
  const root = element.attachShadow({ mode: 'open' });
  const button = document.createElement('button');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  let app: App | undefined;
  let loading: Promise<App> | undefined;
  let isOpen = false;
  let tries = 0;

  const name = (text: string): void => button.setAttribute('aria-label', text);
  const face = (): void => {
    path.setAttribute('d', button.classList.contains('failed') ? alarm : isOpen ? cross : bubble);
    button.setAttribute('aria-expanded', `${isOpen}`);
  };
  const emit = (event: string, detail?: unknown): void =>
    handlers.get(event)?.forEach((handler) => queueMicrotask(() => handler(detail)));
  const load = (): Promise<App> =>
    (loading ??= import(
      /* @vite-ignore */ new URL(`../${__APP__}`, script.src).href + (tries ? `?${tries}` : '')
    )
      .then(({ mount }: { mount: Mount }) => {
        const dock: Dock = { root, button, options, close, emit };
        life.signal.throwIfAborted();
        button.classList.remove('failed');
        return (app = mount(dock));
      })
      .catch((error: unknown) => {
        loading = undefined;
        tries++;
        throw error;
      }));
  const use = async (action: (app: App) => void): Promise<void> => {
    button.classList.add('busy');
    try {
      action(app ?? (await load()));
    } catch (error) {
      if (life.signal.aborted) return;
      isOpen = false;
      button.classList.add('failed');
      name(options.locale.startsWith('ru') ? 'Не загрузилось. Повторить' : 'Not loaded. Try again');
      emit('error', error);
    }
    button.classList.remove('busy');
    face();
  };

  const api = {
    version: '1',
    open(): void {
      if (isOpen) return;
      isOpen = true;
      void use((app) => {
        if (!isOpen) return;
        app.show();
        emit('open');
      });
    },
    close(): void {
      if (!isOpen) return;
      isOpen = false;
      app?.hide();
      face();
      if (root.activeElement) button.focus();
      emit('close');
    },
    toggle: (): void => (isOpen ? api.close() : api.open()),
    openChat(target: string | number): void {
      api.open();
      void use((app) => app.openChat(target));
    },
    on(event: string, handler: Handler): () => void {
      handlers.set(event, (handlers.get(event) ?? new Set()).add(handler));
      return () => api.off(event, handler);
    },
    off: (event: string, handler: Handler): void => void handlers.get(event)?.delete(handler),
    /** Takes everything out again: element, listeners, sockets, globals. */
    shutdown(): void {
      life.abort();
      app?.destroy();
      element.remove();
      delete page.Chatdock;
      delete page.WhatsAppWidget;
    },
  };
  const { close, toggle } = api;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(path);
  button.type = 'button';
  button.className = `launcher ${position ?? ''}`;
  button.append(svg);
  button.addEventListener('click', toggle);
  name(label);
  face();
  root.append(button);
  armour(element, life.signal);

  const queue = page.Chatdock?.q;
  const call = ([name, ...rest]: Command): unknown =>
    (api as unknown as Record<string, ((...rest: unknown[]) => void) | undefined>)[name]?.(...rest);
  page.WhatsAppWidget = page.Chatdock = Object.assign((...command: Command) => call(command), api);

  const place = (): void => {
    if (life.signal.aborted) return;
    document.body.append(element);
    queue?.forEach(call);
    if (open !== undefined && open !== 'false') api.open();
    else
      (window.requestIdleCallback ?? setTimeout)(() => life.signal.aborted || load().catch(() => undefined));
    emit('ready');
  };
  if (document.body) place();
  else document.addEventListener('DOMContentLoaded', place, { once: true });
}

if (document.currentScript) start(document.currentScript as HTMLScriptElement);
