import type { Ground, PageContext } from '../loader/seam.ts';
import { clickToChat } from './click-to-chat.ts';
import { isStruck } from './phone-numbers.ts';

export interface PageWatch {
  /** The record the page is about, read again. */
  read(): PageContext | null;
}

interface Handlers {
  openChat(phone: string, text?: string): void;
  found(context: PageContext | null): void;
}

/** Numbers and records of the page. Listens, never polls. */
export function watchPage(ground: Ground, { openChat, found }: Handlers): PageWatch {
  const { config, signal } = ground;
  clickToChat(ground, openChat);
  const isEspo = (): boolean =>
    config.crm === 'espo' || (config.crm !== 'generic' && /^#\w+\/(view|edit)\//.test(location.hash));
  let last = '';
  const read = (): PageContext | null => (isEspo() ? readEspo() : null);
  const look = (): void => {
    if (signal.aborted) return;
    const context = read();
    const text = JSON.stringify(context);
    if (text === last || (context === null && last === '')) return;
    last = text;
    found(context);
  };
  /** The route changes before the record is drawn: its numbers come with the next changes of the page. */
  let drawn: MutationObserver | undefined;
  const go = (): void => {
    look();
    drawn?.disconnect();
    if (!isEspo()) return;
    let late: ReturnType<typeof setTimeout> | undefined;
    drawn = new MutationObserver(() => {
      clearTimeout(late);
      late = setTimeout(look, 150);
    });
    drawn.observe(document.body, { childList: true, subtree: true });
    signal.addEventListener('abort', () => clearTimeout(late), { once: true });
  };
  for (const event of ['hashchange', 'popstate', 'pageshow']) window.addEventListener(event, go, { signal });
  const navigation = (window as { navigation?: EventTarget }).navigation;
  navigation?.addEventListener('currententrychange', go, { signal });
  signal.addEventListener('abort', () => drawn?.disconnect(), { once: true });
  go();
  return { read };
}

/** EspoCRM: `#Contact/view/<id>`, numbers in the record's own detail. */
function readEspo(): PageContext | null {
  const [, entityType, id] = /^#(\w+)\/(?:view|edit)\/([\w-]+)/.exec(location.hash) ?? [];
  if (!entityType || !id) return null;
  const detail = document.querySelector(
    `.detail[data-scope="${entityType}"], .record[data-scope="${entityType}"]`,
  );
  const phones = Array.from((detail ?? document).querySelectorAll('[data-phone-number]'))
    .filter((element) => !isStruck(element))
    .map((element) => element.getAttribute('data-phone-number')!.trim())
    .filter((phone, at, all) => phone && all.indexOf(phone) === at);
  const name = document.querySelector('.header-title .title, .page-header h3 .title')?.textContent?.trim();
  return { entityType, id, phones, ...(name ? { name } : {}) };
}
