import { armour } from './armour.ts';
import css from './launcher.css?inline';
import type { Begin, Ground } from './seam.ts';

declare const __EMBED__: string;
declare const __VERSION__: string;

type Handler = (detail?: unknown) => void;
type Command = [name: string, ...parameters: unknown[]];
type Verb = (...given: unknown[]) => unknown;

type Global = { q?: Command[]; version?: string } | undefined;
const page = window as unknown as { Chatdock?: Global; WhatsAppWidget?: Global };
const bubble = 'M21 11.5a8.5 8.5 0 0 1-12.4 7.6L3 21l1.9-5.6A8.5 8.5 0 1 1 21 11.5z';
const alarm = 'M12 5v9M12 18v1';
const verbs =
  'open close toggle openChat openContact prefill setUser setContext setCrm setLocale setTheme show hide create getState doctor';

/** Puts the launcher on the page; all that can wait is in the chunk it brings. The first loader wins. */
function start(script: HTMLScriptElement | null): void {
  if (page.Chatdock?.version) {
    // oxlint-disable-next-line no-console -- for the page's developer, who has no other place to look
    return console.warn(`Chatdock two-loaders: ${page.Chatdock.version} stays`);
  }
  const config = { ...script?.dataset } as unknown as Ground['config'] & { manual?: string };
  const life = new AbortController();
  const { signal } = life;
  const element = document.createElement('chatdock-widget');
  const root = element.attachShadow({ mode: 'open' });
  const button = document.createElement('button');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const heard: [string, Handler, AbortController][] = [];
  let isBooted = false;
  let booted: (given: unknown) => void;
  const whenBooted = new Promise((done) => (booted = done));
  let loading: Promise<ReturnType<Begin>> | undefined;
  let tries = 0;

  const emit = (event: string, detail?: unknown): boolean =>
    document.dispatchEvent(new CustomEvent(`chatdock:${event}`, { detail, cancelable: true }));
  const face = (drawing = bubble): void => {
    button.classList.toggle('failed', drawing === alarm);
    path.setAttribute('d', drawing);
    button.ariaExpanded = `${drawing !== bubble && drawing !== alarm}`;
  };
  const url = (): string => `${config.host}/widget/${__EMBED__}${tries ? `?${tries}` : ''}`;
  const load = (): Promise<ReturnType<Begin>> =>
    (loading ??= import(/* @vite-ignore */ url()).then(
      ({ begin }: { begin: Begin }) =>
        begin({ version: __VERSION__, config, element, root, button, signal, emit, face }),
      (error: unknown) => {
        loading = undefined;
        tries++;
        throw error;
      },
    ));
  const run = async (name: string, ...given: unknown[]): Promise<unknown> => {
    await whenBooted;
    try {
      return await ((await load())[name] as Verb | undefined)?.(...given);
    } catch (error) {
      if (signal.aborted) return undefined;
      face(alarm);
      button.ariaLabel = 'Not loaded. Try again';
      emit('error', { code: 'load-failed', hint: `${error}`, docUrl: `${config.host}/developers/doctor` });
    }
    return undefined;
  };
  const on = (event: string, handler: Handler, once = false): (() => void) => {
    const stop = new AbortController();
    heard.push([event, handler, stop]);
    document.addEventListener(`chatdock:${event}`, (given) => handler((given as CustomEvent).detail), {
      once,
      signal: AbortSignal.any([stop.signal, signal]),
    });
    return () => stop.abort();
  };
  const place = (): void => {
    if (signal.aborted) return;
    document.body.append(element);
    booted(0);
    void run('start').then(() => signal.aborted || emit('ready', { version: __VERSION__ }));
  };

  const api: Record<string, Verb | string> = {
    version: __VERSION__,
    boot(given) {
      if (!isBooted) {
        isBooted = true;
        Object.assign(config, given);
        config.host = (config.host ?? new URL('../..', script!.src).href).replace(/\/$/, '');
        button.className = `launcher ${config.position ?? ''}`;
        button.ariaLabel = config.label ?? 'WhatsApp';
        button.hidden = !!config.launcher;
        // Here, not in what is brought: until that is there, a link of the page's would lead away.
        document.addEventListener(
          'click',
          (event) => {
            if (!config.launcher || !(event.target as Element).closest?.(config.launcher)) return;
            event.preventDefault();
            void run('toggle');
          },
          { signal },
        );
        if (document.body) place();
        else document.addEventListener('DOMContentLoaded', place, { once: true, signal });
      }
      return whenBooted;
    },
    on: (event, handler) => on(event as string, handler as Handler),
    once: (event, handler) => on(event as string, handler as Handler, true),
    off: (event, handler) => heard.forEach((one) => one[0] === event && one[1] === handler && one[2].abort()),
    /** Takes everything out again: element, listeners, sockets, globals. */
    async shutdown(options) {
      life.abort();
      element.remove();
      delete page.Chatdock;
      if (page.WhatsAppWidget === widget) delete page.WhatsAppWidget;
      if ((options as { clearLocal?: boolean } | undefined)?.clearLocal)
        await import(/* @vite-ignore */ url()).then(({ clearLocal }: { clearLocal(): unknown }) =>
          clearLocal(),
        );
    },
  };
  for (const name of verbs.split(' ')) api[name] = (...given) => run(name, ...given);

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.append(path);
  button.append(svg);
  button.addEventListener('click', () => run('toggle'));
  face();
  root.append(button);
  armour(element, signal);

  const queue = page.Chatdock?.q;
  const call = ([name, ...rest]: Command): unknown => (api[name] as Verb | undefined)?.(...rest);
  const widget = Object.assign((...command: Command) => call(command), api);
  page.Chatdock = widget as { version?: string };
  page.WhatsAppWidget ??= page.Chatdock;
  queue?.forEach(call);
  if (script && config.manual === undefined) void (api['boot'] as Verb)();
}

start(document.currentScript as HTMLScriptElement | null);
