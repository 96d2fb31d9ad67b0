import { effect, signal, untracked } from '@preact/signals';
import { render } from 'preact';
import type { App, Dock, Mount } from '../loader/seam.ts';
import { Link } from './link/link.ts';
import { Model } from './model/model.ts';
import { nowMinute, setTimeZone } from './text/dates.ts';
import { locale, setLocale, t } from './text/text.ts';
import { Announcer } from './view/announcer.tsx';
import { dress } from './view/dress.ts';
import composer from './view/css/composer.css?inline';
import list from './view/css/list.css?inline';
import panel from './view/css/panel.css?inline';
import tokens from './view/css/tokens.css?inline';
import { Panel } from './view/panel.tsx';
import { Room, type Shell, type Theme } from './view/shell.ts';
import { bringTalk, talk } from './view/talk.ts';

/** Starts the app inside the loader's shadow root. Nothing is shown until `show`. */
export const mount: Mount = (dock: Dock): App => {
  const life = new AbortController();
  const { signal: until } = life;
  const link = new Link({
    host: dock.options.host,
    auth: dock.options.auth === 'cookie' ? 'cookie' : 'bearer',
    page: dock.options.page,
    vouch: { onTrouble: (code, hint) => dock.emit('error', toError(dock.options.host, code, hint)) },
  });
  link.vouched.use(dock.options.getToken);
  if (!dock.options.getToken) link.api.http.token = dock.options.session || null;
  const model = new Model(link, {
    now: Date.now,
    newId,
    choices: choices(),
    keep: async (account) => new (await import('./model/together.ts')).DatabaseKeep(account, Date.now),
  });
  const { preferences } = model;
  const said = signal('');
  const wear = (css: string): void => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    dock.root.adoptedStyleSheets.push(sheet);
  };
  const shell: Shell = {
    isShown: signal(false),
    isExpanded: signal(preferences.value.peek().isExpanded),
    theme: signal<Theme>('auto'),
    page: signal(''),
    wear,
    announce: (text) => (said.value = text),
    close: dock.close,
    isBlocked: signal(false),
    ...(dock.popOut ? { popOut: () => void popOut() } : {}),
    chooseLanguage: (language) => preferences.set('locale', language),
  };

  [tokens, panel, list, composer].forEach(wear);
  const place = document.createElement('div');
  dock.root.prepend(place);
  const badge = document.createElement('i');
  dock.button.append(badge);

  const tellZone = (name: string | undefined): void => {
    if (!setTimeZone(name))
      dock.emit('error', toError(dock.options.host, 'time-zone', `${name} is no time zone`));
  };
  tellZone(dock.options.timeZone);

  let hasAlerts = false;
  const beginAlertsOnce = async (): Promise<void> => {
    if (hasAlerts) return;
    hasAlerts = true;
    const open = (): void => void (shell.isShown.peek() || dock.button.click());
    try {
      const { beginAlerts } = await import('./view/alert/index.ts');
      const { isUnmarked } = dock.options;
      if (!until.aborted) beginAlerts({ model, isShown: shell.isShown, open, isUnmarked }, until);
    } catch {
      // Without its chunk (a new release, a lost connection) it is asked for at the next sign-in.
      hasAlerts = false;
    }
  };
  let isTalkWorn = false;
  let isAccountChosen = false;
  const stops = [
    effect(() => {
      if (model.phase.value === 'ready') void bringTalk();
    }),
    effect(() => {
      if (model.phase.value === 'ready') untracked(() => void beginAlertsOnce());
    }),
    effect(() => {
      if (isTalkWorn || typeof talk.value !== 'object') return;
      isTalkWorn = true;
      wear(talk.value.css);
    }),
    effect(() => {
      shell.theme.value = preferences.of('theme').value ?? dock.options.theme ?? 'auto';
    }),
    effect(() => dress(dock.root.host as HTMLElement, shell.theme.value)),
    effect(() => {
      const size = preferences.of('textSize').value;
      (dock.root.host as HTMLElement).dataset['text'] = size;
    }),
    effect(() => {
      (dock.root.host as HTMLElement).toggleAttribute('data-veiled', preferences.of('isVeiled').value);
    }),
    effect(() => {
      // Whoever signs out leaves no screen of theirs open.
      if (model.phase.value !== 'ready') shell.page.value = '';
    }),
    effect(() => {
      const isExpanded = shell.isExpanded.value;
      if (isExpanded !== preferences.value.peek().isExpanded) preferences.set('isExpanded', isExpanded);
    }),
    effect(() => {
      const chosen = preferences.of('locale').value;
      if (chosen) void setLocale(chosen);
    }),
    effect(() => {
      const count = model.unread.value;
      badge.textContent = count > 99 ? '99+' : count ? `${count}` : '';
      dock.button.setAttribute('aria-label', count ? t('launcher', { n: count }) : t('title'));
      const byAccount = model.desks.value.map((desk) => [desk.id, desk.unread.value]);
      dock.emit('unread', { total: count, byAccount: Object.fromEntries(byAccount) });
    }),
    effect(() => dock.emit('connection', { state: model.connection.value })),
    effect(() => {
      for (const { chatId, fromMe, body } of model.arrived.value) {
        const preview = dock.options.exposeContent ? { preview: body.slice(0, 200) } : {};
        dock.emit('message', { chatId, direction: fromMe ? 'out' : 'in', ...preview });
      }
    }),
    effect(() => {
      const screen = model.screen.value;
      if (screen.name === 'chat') dock.emit('chat:opened', { chatId: screen.chatId });
    }),
    effect(() => {
      const wanted = dock.options.account;
      const desk = wanted && model.desks.value.find(({ id, name }) => `${id}` === wanted || name === wanted);
      if (desk && model.phase.value === 'ready' && !isAccountChosen) {
        isAccountChosen = true;
        if (model.deskId.peek() !== desk.id || model.isMerged.peek()) model.chooseDesk(desk.id);
      }
    }),
    effect(() => {
      place.lang = locale.value;
      place.dir = /^(ar|fa|he|ur)\b/.test(locale.value) ? 'rtl' : 'ltr';
    }),
  ];

  const popOut = async (): Promise<void> => {
    shell.isBlocked.value = !(await dock.popOut!(link.api.http.token));
  };
  /** Into the composer of the chat that is open, now or as soon as one is. */
  const prefill = (text: string): void => {
    const put = effect(() => {
      const chat = model.chat.value;
      if (!chat) return;
      untracked(() => model.setDraft(chat.id, text));
      queueMicrotask(() => put());
    });
    stops.push(put);
  };

  const look = (): void => {
    link.vouched.wake();
    nowMinute.value = Date.now();
    if (document.visibilityState === 'visible') model.wake();
  };
  const minute = setInterval(() => (nowMinute.value = Date.now()), 30_000);
  document.addEventListener('visibilitychange', look, { signal: until });
  window.addEventListener('pageshow', ({ persisted }) => persisted && model.comeBack(), { signal: until });
  window.addEventListener('pagehide', () => model.rest(), { signal: until });
  window.addEventListener('storage', ({ key }) => preferences.hear(key), { signal: until });
  window.addEventListener('online', () => model.setOnline(true), { signal: until });
  window.addEventListener('offline', () => model.setOnline(false), { signal: until });

  // Before anything is drawn: who is here, and what they will want, is on its way meanwhile.
  void model.start();
  if (model.phase.peek() === 'starting') void bringTalk();
  const comforts = import('./comforts.ts');
  void setLocale(preferences.value.peek().locale ?? (dock.options.locale || navigator.language))
    // Where it was moved to it appears at once.
    .then(() => (preferences.value.peek().stand ? comforts : undefined))
    .catch(() => undefined)
    .then(() => {
      if (until.aborted) return;
      render(
        <Room.Provider value={{ model, shell }}>
          <Panel position={dock.options.position ?? 'end'} />
          <Announcer said={said} />
        </Room.Provider>,
        place,
      );
      comforts.then(
        ({ stand, listenToKeys, tellSessions }) => {
          if (until.aborted) return;
          stops.push(tellSessions(dock, model));
          stand(dock, preferences, shell, until);
          listenToKeys(dock.root, model, shell, until);
        },
        () => undefined,
      );
    });

  return {
    show: () => (shell.isShown.value = true),
    hide: () => (shell.isShown.value = false),
    openChat(target, text) {
      void model.reach(target).then(() => text !== undefined && prefill(text));
    },
    prefill,
    setLocale: (language) => void setLocale(language),
    setTimeZone: tellZone,
    setTheme: (theme) => (shell.theme.value = theme),
    setUser(getToken) {
      link.vouched.use(getToken);
      if (!getToken) void model.signOut();
      else if (model.phase.peek() !== 'ready') void model.start();
    },
    state: async () => ({
      isSignedIn: model.phase.peek() === 'ready',
      connection: model.connection.peek(),
      unread: model.unread.peek(),
      sessions: model.desks.peek().map((desk) => ({
        inboxId: desk.id,
        state: desk.session.peek()?.state ?? 'unknown',
      })),
    }),
    place() {
      const screen = model.screen.peek();
      const chatId = screen.name === 'chat' ? screen.chatId : null;
      return { chatId, draft: (chatId !== null && model.drafts.peek().get(chatId)) || '' };
    },
    rest() {
      const isSent = effect(() => {
        // What is under way is sent from here.
        if (model.outbox.pending.value.some((one) => one.state === 'sending')) return;
        untracked(() => model.rest());
        queueMicrotask(() => isSent());
      });
      stops.push(isSent);
    },
    comeBack({ chatId, draft }) {
      model.comeBack();
      if (chatId === null) return;
      model.setDraft(chatId, draft);
      if (model.findChat(chatId)) model.openChat(chatId);
    },
    setContext: (record) => model.crm.setRecord(record),
    setCrm: (bridge, kind) => model.crm.setBridge(bridge, kind),
    destroy() {
      life.abort();
      clearInterval(minute);
      stops.forEach((stop) => stop());
      render(null, place);
      place.remove();
      model.close();
    },
  };
};

/** The page's storage; reading the property alone throws where it is forbidden. */
function choices(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** A UUID also where the page has no secure context and so no `crypto.randomUUID`. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** What the host page's developer is told. */
function toError(host: string, code: string, hint: string): { code: string; hint: string; docUrl: string } {
  return { code, hint, docUrl: `${host}/developers/doctor` };
}
