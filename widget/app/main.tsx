import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import type { App, Dock, Mount } from '../loader/seam.ts';
import { Link } from './link/link.ts';
import { Model } from './model/model.ts';
import { nowMinute } from './text/dates.ts';
import { locale, setLocale, t, type Language } from './text/text.ts';
import { Announcer } from './view/announcer.tsx';
import composer from './view/css/composer.css?inline';
import list from './view/css/list.css?inline';
import panel from './view/css/panel.css?inline';
import tokens from './view/css/tokens.css?inline';
import { Panel } from './view/panel.tsx';
import { Room, type Shell, type Theme } from './view/shell.ts';
import { bringTalk, talk } from './view/talk.ts';

/** What a person chose for this widget on this page. No secrets. */
interface Preferences {
  theme?: Theme;
  language?: Language;
  isExpanded?: boolean;
}
const storageKey = 'chatdock:preferences';

/** Starts the app inside the loader's shadow root. Nothing is shown until `show`. */
export const mount: Mount = (dock: Dock): App => {
  const life = new AbortController();
  const { signal: until } = life;
  const preferences = readPreferences();
  const link = new Link({
    host: dock.options.host,
    auth: dock.options.auth === 'cookie' ? 'cookie' : 'bearer',
  });
  const model = new Model(link, { now: Date.now, newId });
  const said = signal('');
  const shell: Shell = {
    isShown: signal(false),
    isExpanded: signal(preferences.isExpanded ?? false),
    theme: signal(preferences.theme ?? dock.options.theme ?? 'auto'),
    announce: (text) => (said.value = text),
    close: dock.close,
    chooseTheme(theme) {
      shell.theme.value = theme;
      keep({ theme });
    },
    chooseLanguage(language) {
      keep({ language });
      void setLocale(language);
    },
  };
  const keep = (change: Preferences): void => {
    Object.assign(preferences, change);
    try {
      localStorage.setItem(storageKey, JSON.stringify(preferences));
    } catch {
      // A page without storage: the choice lasts as long as the page.
    }
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
    effect(
      () =>
        void (
          shell.isExpanded.value !== (preferences.isExpanded ?? false) &&
          keep({ isExpanded: shell.isExpanded.value })
        ),
    ),
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
  window.addEventListener('online', () => model.setOnline(true), { signal: until });
  window.addEventListener('offline', () => model.setOnline(false), { signal: until });

  void setLocale(preferences.language ?? (dock.options.locale || navigator.language))
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

function readPreferences(): Preferences {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
    return read !== null && typeof read === 'object' ? { ...read } : {};
  } catch {
    return {};
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
