// `npm run session`: one number at the command line: link it, watch it, send with it. Speaks to a running server.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { renderUnicodeCompact } from 'uqr';
import type { Inbox, Push, Session } from '../server/contract/wire.ts';
import { Api, Refused } from './session/api.ts';
import { asksToKeep, keep, usage as keepUsage } from './session/keep.ts';
import { chooseInbox, help, link, run, showOrAsk, shownCode, type Desk } from './session/commands.ts';
import { readOptions, usage, type Options } from './session/options.ts';
import { pause, tail } from './session/tail.ts';
import { sessionWords } from './session/words.ts';

const end = new AbortController();

try {
  const args = process.argv.slice(2);
  if (asksToKeep(args)) await keep(args, process.env, askAtTerminal, (text) => console.log(text));
  else await visit();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  end.abort();
}

/** What is typed is not shown. */
async function askAtTerminal(question: string): Promise<string> {
  const { stdin, stdout } = process;
  const dark = new Writable({ write: (_text, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: dark, terminal: stdin.isTTY });
  // Without a listener of its own the question would stand and nothing end.
  lines.once('SIGINT', () => process.exit(130));
  stdout.write(question);
  try {
    return await lines.question('');
  } finally {
    stdout.write('\n');
    lines.close();
  }
}

async function visit(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') console.log(`${usage}\n${keepUsage}`);
  else await work(options);
}

async function work(options: Options): Promise<void> {
  // At a terminal before lines are read, and unseen; what is piped in may hold the answers instead.
  const known = process.stdin.isTTY ? await enter(options, askAtTerminal) : undefined;
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  // What is piped in may all have come before anybody asks for it.
  const typed = lines[Symbol.asyncIterator]();
  const gone = new AbortController();
  lines.once('close', () => gone.abort());
  const prompt = (): void => {
    if (process.stdin.isTTY && !gone.signal.aborted) lines.prompt(true);
  };
  const api =
    known ?? (await enter(options, (question) => lines.question(question, { signal: gone.signal })));
  const { organisation } = await api.get<{ organisation: { id: number; name: string } }>('/auth/me');
  const { list } = await api.get<{ list: Inbox[] }>('/inboxes');
  const inbox = chooseInbox(list, organisation, options);
  const say = (text: string): void => {
    console.log(text);
    prompt();
  };
  const draw = (value: string): string => renderUnicodeCompact(value, { border: 1 });
  const desk: Desk = { api, inboxId: inbox.id, options, say, draw, now: Date.now };

  console.log(`${organisation.name}, ${inbox.name} (inbox ${inbox.id}, engine ${inbox.session.engine})`);
  say(`${sessionWords(inbox.session, Date.now())}\n${help}`);
  const watch = watcher(desk, inbox.session);
  if (!tail(api, inbox.id, watch, end.signal)) void ask(desk, watch);
  const isResting = ['stopped', 'logged-out', 'failed'].includes(inbox.session.state);
  if (isResting && inbox.session.engine !== 'none') await link(desk);
  else if (inbox.session.state === 'pairing') await showOrAsk(desk, inbox.session);

  for await (const line of typed) {
    const left = await run(desk, line).catch((error: unknown) => {
      say(error instanceof Error ? error.message : String(error));
      return 'go-on' as const;
    });
    if (left === 'exit') break;
    prompt();
  }
  lines.close();
  end.abort();
  await api.leave();
}

async function enter(options: Options, ask: (question: string) => Promise<string>): Promise<Api> {
  const { url, email, password, token } = options;
  if (token !== undefined) return new Api(url, token);
  const known = password ?? (await ask(`Password of ${email}: `));
  try {
    return await Api.signIn(url, email, known);
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'code-required')) throw error;
    return Api.signIn(url, email, known, await ask('Code of the authenticator app: '));
  }
}

async function show(desk: Desk): Promise<void> {
  const text = await shownCode(desk);
  if (text !== undefined) desk.say(text);
}

/** Says each change of the Session once, shows each code once, and each message in a line. */
function watcher(desk: Desk, first: Session): (news: Pick<Push, 'rows'>) => void {
  let before = keyOf(first);
  let turn = -1;
  const began = Date.now() - 60_000;
  const seen = new Set<number>();
  return ({ rows }) => {
    const session = rows?.session;
    if (session) {
      if (session.pairing && session.pairing.issuedAt !== turn) {
        turn = session.pairing.issuedAt;
        show(desk).catch((error: unknown) => desk.say(String(error)));
      }
      if (keyOf(session) !== before) desk.say(sessionWords(session, Date.now()));
      before = keyOf(session);
    }
    for (const message of rows?.messages ?? []) {
      // What history brings is old, and ticks come again and again.
      if (message.at < began || seen.has(message.id)) continue;
      seen.add(message.id);
      desk.say(`${message.fromMe ? '→' : '←'} chat ${message.chatId}: ${message.body || message.type}`);
    }
  };
}
function keyOf({ state, code, me }: Session): string {
  return `${state} ${code} ${me?.phone ?? ''}`;
}

/** Where there is no autobahn: every two seconds. */
async function ask(desk: Desk, hear: (news: Pick<Push, 'rows'>) => void): Promise<void> {
  while (!end.signal.aborted) {
    await pause(2_000, end.signal);
    const session = await desk.api.get<Session>(`/inboxes/${desk.inboxId}/session`).catch(() => undefined);
    if (session) hear({ rows: { chats: [], messages: [], contacts: [], notes: [], session } });
  }
}
