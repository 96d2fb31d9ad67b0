import type { DoctorCheck } from '../npm/index.d.ts';
import { say } from './language.ts';

const signs = { ok: '✓', warn: '!', fail: '×', unknown: '?' } as const;
const words = { ok: 'Fine', warn: 'Look at this', fail: 'Does not work', unknown: 'Not known' } as const;
const titles: Record<string, string> = {
  csp: 'Content-Security-Policy',
  server: 'Server',
  origin: 'Allowed origin',
  clock: 'Clock',
  version: 'Version',
  proxy: 'Proxy',
  session: 'Session',
  socket: 'Socket',
  'secure-context': 'https',
  identity: 'Identity',
  address: 'Address',
};

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Text to paste, with a button that copies it. */
export function snippet(text: string): HTMLElement {
  const copy = make('button', { type: 'button', className: 'copy', textContent: say('Copy') });
  const code = make('code', { textContent: text });
  copy.addEventListener('click', () => void toClipboard(text, code, copy));
  return make('div', { className: 'snippet' }, copy, make('pre', {}, code));
}

async function toClipboard(text: string, code: HTMLElement, button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = say('Copied');
  } catch {
    // Without https there is no such door: what is marked can be copied by key.
    getSelection()?.selectAllChildren(code);
    button.textContent = 'Ctrl+C';
  }
  setTimeout(() => (button.textContent = say('Copy')), 1_800);
}

export function checkRow({ id, state, says, fix }: DoctorCheck, ...more: Node[]): HTMLElement {
  const badge = make('span', { className: 'badge', ariaHidden: 'true', textContent: signs[state] });
  const title = make(
    'h3',
    {},
    say(titles[id] ?? id),
    make('span', { className: 'unseen', textContent: `: ${say(words[state])}` }),
  );
  const row = make(
    'li',
    { className: `check ${state}` },
    badge,
    make(
      'div',
      {},
      title,
      make(
        'p',
        {},
        says.split(', ').every((one) => /^Number \d/.test(one))
          ? says.split(', ').map(say).join(', ')
          : say(says),
      ),
    ),
  );
  if (fix) row.append(snippet(say(fix)));
  row.append(...more);
  return row;
}

/** A report somebody has pasted: read like anything foreign. */
export function readReport(text: string): DoctorCheck[] | undefined {
  try {
    let value: unknown = JSON.parse(text);
    // Consoles print texts in quotes.
    if (typeof value === 'string') value = JSON.parse(value);
    const list = (value as { checks?: unknown }).checks;
    if (!Array.isArray(list)) return undefined;
    return list.flatMap((one: Record<string, unknown>): DoctorCheck[] =>
      typeof one?.['id'] === 'string' && typeof one['says'] === 'string' && String(one['state']) in signs
        ? [
            {
              id: one['id'],
              state: one['state'] as DoctorCheck['state'],
              says: one['says'].slice(0, 600),
              ...(typeof one['fix'] === 'string' ? { fix: one['fix'].slice(0, 2_000) } : {}),
            },
          ]
        : [],
    );
  } catch {
    return undefined;
  }
}

/** Where this server is, also below a prefix. */
export const host = new URL('..', location.href).href.replace(/\/$/, '');

export interface Me {
  role: string;
  csrf: string;
}

/** Who is signed in on this server's own pages; undefined: nobody. */
export async function whoAmI(): Promise<Me | undefined> {
  // Nobody has signed in here: asking would put a refusal into the console.
  if (localStorage.getItem(`chatdock:signed-in:${host}`) !== 'yes') return undefined;
  const answer = await fetch(`${host}/api/v1/auth/me`).catch(() => undefined);
  if (!answer?.ok) return undefined;
  const { agent, csrf } = (await answer.json()) as { agent: { role: string }; csrf: string | null };
  return csrf === null ? undefined : { role: agent.role, csrf };
}
