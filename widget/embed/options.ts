import type { DockOptions, Ground } from '../loader/seam.ts';

/** Whether an attribute that may stand alone (`data-open`) is meant. */
export function isOn(value: boolean | string | undefined): boolean {
  return value !== undefined && value !== false && value !== 'false';
}

/** BCP 47: what the tag says, else the page; '' if neither does. */
export function localeOf(asked: string | undefined): string {
  return (asked !== 'auto' && asked) || document.documentElement.lang;
}

/** What the page asked for, as the app takes it. */
export function dockOptions(config: Ground['config']): DockOptions {
  const { host, locale, timeZone, theme, auth, position, account, tokenUrl, getToken } = config;
  const ask = getToken ?? (tokenUrl ? () => fetchToken(tokenUrl) : undefined);
  return {
    host,
    locale: locale ?? '',
    ...(timeZone ? { timeZone } : {}),
    ...(theme ? { theme } : {}),
    ...(auth ? { auth } : {}),
    ...(position ? { position } : {}),
    ...(account ? { account } : {}),
    ...(config.badge === 'off' ? { isUnmarked: true } : {}),
    ...(isOn(config.exposeContent) ? { exposeContent: true } : {}),
    ...(ask ? { getToken: async () => ask() } : {}),
  };
}

/** Asks the host's own server, as its signed-in user. Answers `{"token": "…"}` or the bare token. */
async function fetchToken(url: string): Promise<string> {
  const answer = await fetch(url, { credentials: 'same-origin', cache: 'no-store' });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const text = (await answer.text()).trim();
  if (!text.startsWith('{') && !text.startsWith('"')) return text;
  const read: unknown = JSON.parse(text);
  return typeof read === 'string' ? read : String((read as { token?: unknown }).token);
}
