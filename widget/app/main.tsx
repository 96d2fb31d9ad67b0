import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import type { App, Dock, Mount } from '../loader/seam.ts';
import { Link } from './link/link.ts';
import { Model } from './model/model.ts';
import { nowMinute } from './text/dates.ts';
import { locale, setLocale, t } from './text/text.ts';
import { Announcer } from './view/announcer.tsx';
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
  });
  const model = new Model(link, { now: Date.now, newId, choices: choices() });
  const { preferences } = model;
  const said = signal('');
  const shell: Shell = {
    isShown: signal(false),
    isExpanded: signal(preferences.value.peek().isExpanded),
    theme: signal<Theme>('auto'),
    announce: (text) => (said.value = text),
    close: dock.close,
    chooseTheme: (theme) => preferences.set('theme', theme),
    chooseLanguage: (language) => preferences.set('locale', language),
  };

  const wear = (css: string): void => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    dock.root.adoptedStyleSheets.push(sheet);
  };
  [tokens, panel, list, composer].forEach(wear);
  const place = document.createElement('div');
  dock.root.prepend(place);
  const badge = document.createElement('i');
  dock.button.append(badge);

  let isTalkWorn = false;
  const stops = [
    effect(() => {
      if (model.phase.value === 'ready') void bringTalk();
    }),
    effect(() => {
      if (isTalkWorn || typeof talk.value !== 'object') return;
      isTalkWorn = true;
      wear(talk.value.css);
    }),
    effect(() => void ((dock.root.host as HTMLElement).dataset['theme'] = shell.theme.value)),
    effect(() => {
      const chosen = preferences.of('theme').value ?? dock.options.theme ?? 'auto';
      shell.theme.value = chosen === 'host' ? 'auto' : chosen;
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
      dock.emit('unread', { total: count });
    }),
    effect(() => dock.emit('connection', { state: model.connection.value })),
    effect(() => {
      const session = model.desk.value?.session.value;
      if (session) dock.emit('session', { inboxId: session.inboxId, state: session.state });
    }),
    effect(() => {
      for (const { chatId, fromMe } of model.arrived.value)
        dock.emit('message', { chatId, direction: fromMe ? 'out' : 'in' });
    }),
    effect(() => {
      place.lang = locale.value;
      place.dir = /^(ar|fa|he|ur)\b/.test(locale.value) ? 'rtl' : 'ltr';
    }),
  ];

  const look = (): void => {
    nowMinute.value = Date.now();
    if (document.visibilityState === 'visible') model.wake();
  };
  const minute = setInterval(() => (nowMinute.value = Date.now()), 30_000);
  document.addEventListener('visibilitychange', look, { signal: until });
  window.addEventListener('pageshow', look, { signal: until });
  window.addEventListener('storage', ({ key }) => preferences.hear(key), { signal: until });
  window.addEventListener('online', () => model.setOnline(true), { signal: until });
  window.addEventListener('offline', () => model.setOnline(false), { signal: until });

  void setLocale(preferences.value.peek().locale ?? (dock.options.locale || navigator.language))
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
      return model.start();
    });

  return {
    show: () => (shell.isShown.value = true),
    hide: () => (shell.isShown.value = false),
    openChat: (target) => void model.reach(target),
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
