import { lacks, mend, needsOf } from '../embed/policy.ts';
import type { DoctorCheck } from '../npm/index.d.ts';
import { say, translatePage } from './language.ts';
import { checkRow, host, make, snippet, whoAmI } from './parts.ts';
import { stepsFor, type Wishes } from './snippets.ts';

translatePage();
const form = document.querySelector<HTMLFormElement>('#form')!;
const snippets = document.querySelector('#snippets')!;
const checks = document.querySelector('#checks')!;
const policy = document.querySelector<HTMLTextAreaElement>('#policy')!;
const manifest = (await fetch(`${host}/widget/manifest.json`)
  .then((answer) => answer.json())
  .catch(() => undefined)) as { version: string; loader: { integrity: string } } | undefined;

function value(name: string): string {
  return String(new FormData(form).get(name) ?? '');
}

function wishes(): Wishes {
  const { version, loader } = manifest ?? {};
  const isPinned = value('channel') === 'exact' && version && loader;
  return {
    host,
    kind: value('kind') as Wishes['kind'],
    channel: isPinned ? { folder: `v${version}`, integrity: loader.integrity } : { folder: 'v1' },
    locale: value('locale'),
    theme: value('theme'),
    position: value('position'),
    clickToChat: value('clickToChat'),
    mode: value('mode'),
    identity: value('identity') as Wishes['identity'],
  };
}

function draw(): void {
  snippets.replaceChildren(
    ...stepsFor(wishes()).map(({ title, says, code }) =>
      make('div', { className: 'step' }, make('h3', {}, say(title)), make('p', {}, say(says)), snippet(code)),
    ),
  );
}

function pageOrigin(): string | undefined {
  const text = value('page').trim();
  return /^https?:\/\//.test(text) && URL.canParse(text) ? new URL(text).origin : undefined;
}

/** Asks the server, and reads the policy that was pasted. Nothing of the CRM is fetched. */
async function check(): Promise<void> {
  const page = pageOrigin();
  if (!page) {
    checks.replaceChildren(
      checkRow({ id: 'address', state: 'fail', says: 'Write the address of the CRM above, with https://' }),
    );
    form.querySelector<HTMLInputElement>('[name=page]')!.focus();
    return;
  }
  const mode = value('mode') === 'iframe' ? 'iframe' : 'shadow';
  checks.replaceChildren(
    ...(await originRow(page)),
    checkRow(policyCheck(page, mode)),
    checkRow(schemeCheck(page)),
  );
}

async function originRow(page: string): Promise<Node[]> {
  const answer = await fetch(`${host}/widget/doctor.json?origin=${encodeURIComponent(page)}`).catch(
    () => undefined,
  );
  const word = answer?.ok ? ((await answer.json()) as { allowed: boolean }) : undefined;
  if (!word) return [checkRow({ id: 'origin', state: 'unknown', says: 'The server could not be asked' })];
  if (word.allowed) return [checkRow({ id: 'origin', state: 'ok', says: `${page} may embed the widget` })];
  const says = `No organisation allows ${page} yet`;
  const me = await whoAmI();
  if (me?.role === 'admin') {
    const allow = make('button', { type: 'button', className: 'plain', textContent: say(`Allow ${page}`) });
    allow.addEventListener('click', () => void allowOrigin(page, me.csrf));
    return [checkRow({ id: 'origin', state: 'fail', says }, allow)];
  }
  const fix = `curl -X PUT ${host}/api/v1/organisation/origins -H "Authorization: Bearer $ADMIN_TOKEN" -H "Content-Type: application/json" -d '{"list":["${page}"]}'`;
  return [checkRow({ id: 'origin', state: 'fail', says, fix })];
}

async function allowOrigin(page: string, csrf: string): Promise<void> {
  const path = `${host}/api/v1/organisation/origins`;
  const { list } = (await (await fetch(path)).json()) as { list: string[] };
  await fetch(path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'x-chatdock-csrf': csrf },
    body: JSON.stringify({ list: [...list, page] }),
  });
  await check();
}

function policyCheck(page: string, mode: 'shadow' | 'iframe'): DoctorCheck {
  const text = policy.value.replace(/^content-security-policy:\s*/i, '').trim();
  const id = 'csp';
  if (!text) return { id, state: 'ok', says: 'A page without a policy needs nothing' };
  const missing = lacks(text, needsOf(host, mode, page), page);
  if (!missing.length) return { id, state: 'ok', says: 'The policy lets the widget work' };
  return {
    id,
    state: 'fail',
    says: `It lacks ${missing.map(([name, sources]) => `${sources.join(' ')} in ${name}`).join(', ')}`,
    fix: `Content-Security-Policy: ${mend(text, missing)}`,
  };
}

function schemeCheck(page: string): DoctorCheck {
  const id = 'secure-context';
  if (page.startsWith('http:'))
    return {
      id,
      state: 'warn',
      says: 'Without https there are no voice recordings, notifications or copying by button. The rest works',
    };
  const isLocal = /^http:\/\/(localhost|127\.)/.test(host);
  return host.startsWith('http:') && !isLocal
    ? {
        id,
        state: 'fail',
        says: 'An https page cannot use an http server',
        fix: 'CHATDOCK_PUBLIC_URL=https://…',
      }
    : { id, state: 'ok', says: 'Both ends are as secure as each other' };
}

form.addEventListener('input', draw);
form.addEventListener('submit', (event) => event.preventDefault());
document.querySelector('#run')!.addEventListener('click', () => void check());
draw();
