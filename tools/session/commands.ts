import { randomUUID } from 'node:crypto';
import type { Inbox, Session } from '../../server/contract/wire.ts';
import type { Api } from './api.ts';
import type { Options } from './options.ts';
import { codeWords, healthWords, sessionWords, tableWords } from './words.ts';

export interface Desk {
  api: Api;
  inboxId: number;
  options: Options;
  say(text: string): void;
  /** A QR code as text for a terminal. */
  draw(value: string): string;
  now(): number;
}

export const help = `  send [<number>] <text>  send a message (without a number: TEST_PHONE_NUMBER)
  status                  how the session is, and what to do
  metrics                 what the sessions have done
  events                  the last events of this session's life
  link                    show a QR code, or a pairing code with --pairing
  stop                    end the live link, keep the credentials
  help                    this list
  exit                    leave; the session goes on`;

/** One typed line. `exit` when the person wants to leave. Rejects with words for the person. */
export async function run(desk: Desk, line: string): Promise<'exit' | 'go-on'> {
  const [word = '', ...rest] = line.trim().split(/\s+/);
  switch (word.toLowerCase()) {
    case '':
      break;
    case 'exit':
    case 'quit':
      return 'exit';
    case 'help':
      desk.say(help);
      break;
    case 'status':
      desk.say(await status(desk));
      break;
    case 'metrics':
      desk.say(tableWords(await desk.api.get<object>('/sessions/figures')));
      break;
    case 'events':
      desk.say(await events(desk));
      break;
    case 'link':
      await link(desk);
      break;
    case 'stop':
      await desk.api.post(`/inboxes/${desk.inboxId}/session/stop`);
      desk.say('Stopped.');
      break;
    case 'send':
      desk.say(await send(desk, rest));
      break;
    default:
      desk.say(`There is no "${word}".\n${help}`);
  }
  return 'go-on';
}

async function status({ api, inboxId, now }: Desk): Promise<string> {
  const session = await api.get<Session>(`/inboxes/${inboxId}/session`);
  const health = await api.get<object>(`/inboxes/${inboxId}/session/health`);
  return `${sessionWords(session, now())}\n${healthWords(health)}`;
}

interface LogEntry {
  at: number;
  event: string;
  state: string;
  status: number | null;
  code: string;
  detail: string;
}
async function events({ api, inboxId }: Desk): Promise<string> {
  const { list } = await api.get<{ list: LogEntry[] }>(`/inboxes/${inboxId}/session/events?limit=20`);
  const lines = list.toReversed().map(({ at, event, state, status: number, code, detail }) => {
    const why = code === 'none' ? '' : ` ${number ?? ''} ${code} ${detail}`.replaceAll(/\s+/g, ' ');
    return `  ${new Date(at).toISOString()}  ${event === 'state' ? state : `${event} (${state})`}${why.trimEnd()}`;
  });
  return lines.join('\n') || '  Nothing yet.';
}

export async function link({ api, inboxId, options, say }: Desk): Promise<void> {
  const { pairing } = options;
  const path = `/inboxes/${inboxId}/session/link`;
  await api.post(path, pairing === undefined ? { method: 'qr' } : { method: 'code', phone: pairing });
  say('Starting …');
}

/** A link is under way already: what it shows is shown, but who asks for a code to be typed gets one. */
export async function showOrAsk(desk: Desk, { pairing }: Pick<Session, 'pairing'>): Promise<void> {
  if (desk.options.pairing !== undefined && pairing?.kind !== 'code') return link(desk);
  const text = await shownCode(desk);
  if (text !== undefined) desk.say(text);
}

/** What there is to be shown now: a QR code or a pairing code; undefined: nothing. */
export async function shownCode({ api, inboxId, draw, now }: Desk): Promise<string | undefined> {
  const pairing = await api.find<{ kind: string; value: string; expiresAt: number; turn: number }>(
    `/inboxes/${inboxId}/session/pairing`,
  );
  if (!pairing) return undefined;
  const seconds = Math.max(0, Math.round((pairing.expiresAt - now()) / 1_000));
  if (pairing.kind === 'code')
    return `Type this on the phone (Link with phone number instead): ${codeWords(pairing.value)}   ${seconds} s`;
  return `${draw(pairing.value)}\nScan it once with the phone. Code ${pairing.turn}, good for ${seconds} s.`;
}

async function send({ api, inboxId, options }: Desk, words: string[]): Promise<string> {
  const isNumber = /^\+?\d{7,15}$/.test(words[0] ?? '');
  const phone = isNumber ? words[0] : options.testNumber;
  if (phone === undefined) return 'Whereto? send <number> <text>, or set TEST_PHONE_NUMBER';
  const text = (isNumber ? words.slice(1) : words).join(' ') || 'Test message of Chatdock';
  const chat = await api.post<{ id: number }>(`/inboxes/${inboxId}/chats`, { phone });
  await api.post(`/chats/${chat.id}/messages`, { clientId: randomUUID(), body: text });
  return `On its way to ${phone}.`;
}

/** The Inbox that is meant. Throws with the list of those there are. */
export function chooseInbox(
  inboxes: readonly Inbox[],
  organisation: { id: number; name: string },
  wish: Pick<Options, 'inbox' | 'company'>,
): Inbox {
  const isNamed = (it: { id: number; name: string }, text: string): boolean =>
    String(it.id) === text || it.name.toLowerCase() === text.toLowerCase();
  const { inbox, company } = wish;
  const found =
    inbox !== undefined
      ? inboxes.find((one) => isNamed(one, inbox))
      : company === undefined || isNamed(organisation, company)
        ? inboxes[0]
        : inboxes.find((one) => isNamed(one, company));
  if (found) return found;
  const list = inboxes.map(({ id, name }) => `  ${id}  ${name}`).join('\n');
  throw new Error(`There is no such number. Those of ${organisation.name}:\n${list || '  none yet'}`);
}
