import { examine } from '../embed/doctor.ts';
import { translatePage } from './language.ts';
import { checkRow, host, readReport, whoAmI } from './parts.ts';

declare const __VERSION__: string;

translatePage();
const checks = document.querySelector('#checks')!;
const theirs = document.querySelector('#theirs')!;
const report = document.querySelector<HTMLTextAreaElement>('#report')!;

async function look(): Promise<void> {
  checks.replaceChildren(checkRow({ id: 'server', state: 'unknown', says: 'Looking…' }));
  const me = await whoAmI();
  const sessions = me ? await readSessions() : [];
  const { checks: found } = await examine({
    config: { host, auth: 'cookie' },
    version: __VERSION__,
    violations: [],
    isLoaded: true,
    state: { isSignedIn: !!me, connection: me ? await trySocket(me.csrf) : '', unread: 0, sessions },
  });
  checks.replaceChildren(...found.map((one) => checkRow(one)));
}

async function readSessions(): Promise<{ inboxId: number; state: string }[]> {
  const answer = await fetch(`${host}/api/v1/inboxes`).catch(() => undefined);
  if (!answer?.ok) return [];
  const { list } = (await answer.json()) as { list: { id: number; session: { state: string } | null }[] };
  return list.map(({ id, session }) => ({ inboxId: id, state: session?.state ?? 'unknown' }));
}

/** Opens a socket with a ticket and closes it: what the widget does, without the widget. */
async function trySocket(csrf: string): Promise<'live' | 'polling'> {
  try {
    const answer = await fetch(`${host}/api/v1/auth/ticket`, {
      method: 'POST',
      headers: { 'x-chatdock-csrf': csrf },
    });
    const { ticket } = (await answer.json()) as { ticket: string };
    const socket = new WebSocket(`${host.replace(/^http/, 'ws')}/ws?ticket=${ticket}`, 'wamp.2.json');
    return await new Promise((done) => {
      const end = (how: 'live' | 'polling'): void => {
        clearTimeout(late);
        socket.close();
        done(how);
      };
      const late = setTimeout(() => end('polling'), 6_000);
      socket.addEventListener('open', () => end('live'));
      socket.addEventListener('error', () => end('polling'));
    });
  } catch {
    return 'polling';
  }
}

report.addEventListener('input', () => {
  const found = readReport(report.value.trim());
  theirs.replaceChildren(
    ...(found
      ? found.map((one) => checkRow(one))
      : report.value.trim()
        ? [checkRow({ id: 'server', state: 'unknown', says: 'This is no report of Chatdock.doctor()' })]
        : []),
  );
});
document.querySelector('#again')!.addEventListener('click', () => void look());
void look();
