import type { App, AppState, Begin, Dock, Ground, Mount, PageContext, Verbs } from '../loader/seam.ts';
import type { ChatTarget, ChatdockState, DoctorReport } from '../npm/index.d.ts';
import { keepOnPage } from './keep-on-page.ts';
import { dockOptions, isOn, localeOf } from './options.ts';
import type { PageWatch } from './page-watch.ts';
import type { PopOut } from './pop-out.ts';

declare const __APP__: string;
/** What closes. */
const cross = 'M6 6l12 12M18 6L6 18';

/** What the loader asks for when it takes everything out. */
export const clearLocal = (): Promise<void> => import('./clear-local.ts').then((chunk) => chunk.clearLocal());

/** The page's side of the widget: what the loader's verbs do. Everything ends with `ground.signal`. */
export const begin = (ground: Ground): ReturnType<Begin> => {
  const { config, element, root, button, signal, emit, face } = ground;
  signal.throwIfAborted();
  config.locale = localeOf(config.locale);
  const isFramed = config.mode === 'iframe';
  const violations: string[] = [];
  let app: App | undefined;
  let loading: Promise<App> | undefined;
  let watching: Promise<PageWatch> | undefined;
  let context: PageContext | null = null;
  let crm: Parameters<Verbs['setCrm']> | undefined;
  // EspoCRM's scripts may come after ours.
  const isEspo = (): boolean => config.crm === 'espo' || (config.crm !== 'generic' && isEspoPage());
  const colours: Record<string, string> = {};
  let isZoneAsked = false;
  let espoZone: string | undefined;
  let isOpen = false;
  let freeFocus: (() => void) | undefined;
  // Most browsers ask again for what has failed; Firefox wants another address.
  let tries = 0;

  let away: PopOut | undefined;

  const dock: Dock = {
    root,
    button,
    options: dockOptions(config),
    close: () => void verbs.close(),
    emit: (event, detail) => void emit(event, detail),
    async popOut(session) {
      const { popOut } = await import('./pop-out.ts');
      if (!app || away) return true;
      away = popOut(ground, dock, app, session, () => (away = undefined));
      if (away) await verbs.close();
      return !!away;
    },
  };
  const load = (): Promise<App> =>
    (loading ??= busy(
      isFramed
        ? import('./frame-host.ts').then(({ frameApp }) => frameApp(ground, dock))
        : import(/* @vite-ignore */ `${config.host}/widget/${__APP__}${tries > 1 ? `?${tries}` : ''}`).then(
            ({ mount }: { mount: Mount }) => mount(dock),
          ),
    ).then(
      (made) => {
        if (signal.aborted) made.destroy();
        signal.throwIfAborted();
        face(isOpen ? cross : undefined);
        made.setColours?.(colours);
        if (crm) made.setCrm(...crm);
        else if (isEspo()) {
          made.setCrm({}, 'espo');
          import('./espo-crm.ts').then(
            ({ espoBridge }) => crm ?? made.setCrm(espoBridge(), 'espo'),
            () => undefined,
          );
        }
        made.setContext(context);
        return (app = made);
      },
      (error: unknown) => {
        loading = undefined;
        tries++;
        throw error;
      },
    ));
  /** The launcher is paler meanwhile, when somebody waits. */
  const busy = async <T>(work: Promise<T>): Promise<T> => {
    button.style.opacity = isOpen ? '0.7' : '';
    return work.finally(() => (button.style.opacity = ''));
  };
  const watch = (): Promise<PageWatch> =>
    (watching ??= import('./page-watch.ts').then(({ watchPage }) =>
      watchPage(ground, {
        openChat: (phone, text) => void verbs.openChat(phone, text === undefined ? {} : { text }),
        found: (next) => void verbs.setContext(next),
      }),
    ));
  /** A frame that starts again, and a window of its own, begin with it too. */
  const tellZone = (name: string | undefined): void => {
    if (name === dock.options.timeZone) return;
    if (name) dock.options.timeZone = name;
    else delete dock.options.timeZone;
    app?.setTimeZone?.(name);
  };
  const refuse = (code: string, hint: string, part: string): void =>
    void emit('error', { code, hint, docUrl: `${config.host}/developers/embed#${part}` });
  const state = async (): Promise<AppState> =>
    (await app?.state()) ?? { isSignedIn: false, connection: 'offline', unread: 0, sessions: [] };

  const verbs: Verbs & { start(): Promise<void> } = {
    async start() {
      const isWanted = isOn(config.open);
      (window.requestIdleCallback ?? setTimeout)(() => {
        if (signal.aborted) return;
        if (!isWanted) load().catch(() => undefined);
        watch().catch(() => undefined);
      });
      if (isWanted) await verbs.open();
    },
    async open() {
      if (away?.focus()) return;
      if (isOpen) return;
      isOpen = true;
      try {
        const loaded = await load();
        if (!isOpen) return;
        loaded.show();
        if (!isZoneAsked && !dock.options.timeZone && isEspo()) {
          isZoneAsked = true;
          import('./espo-user.ts')
            .then(({ espoUser }) => espoUser())
            .then(
              ({ timeZone }) => {
                espoZone = timeZone;
                if (!dock.options.timeZone) tellZone(timeZone);
              },
              () => undefined,
            );
        }
        face(cross);
        emit('open');
      } catch (error) {
        isOpen = false;
        // After the loader has written its own, English one.
        setTimeout(() => signal.aborted || (button.ariaLabel = failedLabel(config.locale)));
        throw error;
      }
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      // What is hidden has no focus any more: a frame forgets that it had it.
      const hadFocus = root.activeElement;
      app?.hide();
      face();
      if (hadFocus) button.focus();
      emit('close');
    },
    toggle: () => (isOpen ? verbs.close() : verbs.open()),
    async openChat(target, options) {
      const wanted = toTarget(target);
      freeFocus?.();
      if (options?.focus === false)
        freeFocus = (await import('./leave-focus.ts')).leaveFocus(element, button, signal);
      await verbs.open();
      (away ?? app)?.openChat(wanted, options?.text);
    },
    async openContact(entityType, id) {
      await watch();
      const { phoneOf } = await import('./open-contact.ts');
      const phone = await phoneOf({ entityType, id }, context, crm?.[0] ?? (isEspo() ? 'espo' : undefined));
      if (phone) return verbs.openChat(phone);
      refuse('no-phone', `No phone number is known for ${entityType} ${id}`, 'context');
    },
    async prefill(text) {
      (await load()).prefill(text);
    },
    async setUser(user) {
      if (user && typeof user.getToken !== 'function') throw new RangeError('getToken is no function');
      const getToken = user ? async () => user.getToken() : undefined;
      if (getToken) dock.options.getToken = getToken;
      else delete dock.options.getToken;
      // What is said of the user goes before what is said of the page; a frame has to know it when it begins.
      tellZone(user?.timeZone ?? config.timeZone ?? espoZone);
      (await load()).setUser(getToken);
    },
    async setContext(next) {
      if (typeof next !== 'object') throw new RangeError('no record, and not null');
      context = next;
      app?.setContext(next);
      emit('context', next);
    },
    async setCrm(bridge, kind) {
      // Kept until somebody opens the chat: what a page says of itself brings no app.
      crm = [bridge ?? {}, kind];
      app?.setCrm(...crm);
    },
    async setLocale(locale) {
      (await load()).setLocale(locale);
    },
    async setTheme(theme) {
      if (typeof theme !== 'object') return (await load()).setTheme(theme);
      for (const [name, value] of Object.entries(theme ?? {})) {
        const token = `--cd-${name.replace(/^--cd-/, '')}`;
        colours[token] = value;
        element.style.setProperty(token, value);
      }
      app?.setColours?.(colours);
    },
    async show() {
      button.hidden = false;
    },
    async hide() {
      button.hidden = true;
    },
    create: async (options) =>
      (await import('./fill.ts')).create(options?.target, ground, { load, refuse, ...verbs }),
    async getState(): Promise<ChatdockState> {
      const { isSignedIn, connection, unread } = await state();
      const mode = isFramed ? 'iframe' : 'shadow';
      return {
        version: ground.version,
        mode,
        isOpen,
        isLoaded: !!app,
        isSignedIn,
        connection,
        unread,
        context,
      };
    },
    async doctor(): Promise<DoctorReport> {
      const { examine } = await import('./doctor.ts');
      return examine({ config, version: ground.version, violations, state: await state(), isLoaded: !!app });
    },
  } as Verbs & { start(): Promise<void> };

  const { style } = element;
  if (config.zIndex) style.setProperty('--cd-z', `${config.zIndex}`);
  if (config.offset !== undefined) style.setProperty('--cd-offset', `${parseFloat(`${config.offset}`)}px`);
  // What the page's policy has refused us, for the doctor.
  document.addEventListener(
    'securitypolicyviolation',
    ({ blockedURI, effectiveDirective }) => {
      if (blockedURI.replace(/^ws/, 'http').startsWith(new URL(config.host).origin))
        violations.push(`${effectiveDirective} ${blockedURI}`);
    },
    { signal },
  );
  keepOnPage(element, signal);
  signal.addEventListener('abort', () => app?.destroy(), { once: true });
  return Object.fromEntries(
    Object.entries(verbs).map(([name, verb]) => [
      name,
      // A call that makes no sense is told to the page's developer; the launcher is as well as before.
      async (...given: never[]) => {
        try {
          return await (verb as (...given: never[]) => unknown)(...given);
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          return refuse('bad-call', `${name}: ${error.message}`, 'verbs');
        }
      },
    ]),
  );
};

function failedLabel(locale = ''): string {
  if (locale.startsWith('ru')) return 'Не загрузилось. Повторить';
  return locale.startsWith('it') ? 'Non caricato. Riprova' : 'Not loaded. Try again';
}

/** EspoCRM keeps its address in the hash and says its name in the page. */
function isEspoPage(): boolean {
  return 'Espo' in window || /^#[A-Z]\w+\/(view|edit|list)\b/.test(location.hash);
}

function toTarget(target: ChatTarget): string | number {
  const { chatId, phone } = (typeof target === 'object' && target ? target : { phone: target }) as {
    chatId?: number;
    phone?: string | number;
  };
  const wanted = chatId ?? phone;
  if (!wanted || !/^(string|number)$/.test(typeof wanted)) throw new RangeError('whose chat is not said');
  return wanted;
}
