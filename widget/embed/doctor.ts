import type { AppState, Ground } from '../loader/seam.ts';
import type { DoctorCheck, DoctorReport } from '../npm/index.d.ts';
import { lacks, mend, needsOf } from './policy.ts';

export interface Patient {
  config: Ground['config'];
  version: string;
  /** What the page's policy has refused so far. */
  violations: readonly string[];
  state: AppState;
  isLoaded: boolean;
}

interface ServerWord {
  now: number;
  version: string;
  /** The server knows this page's origin. */
  allowed: boolean;
  isSecure: boolean;
}

const patienceMs = 8_000;

/** Looks at everything between this page and the server, and says for each what to do. Never rejects. */
export async function examine(patient: Patient): Promise<DoctorReport> {
  const { config, version } = patient;
  const word = await askServer(config.host);
  const checks = await Promise.all([
    policy(patient),
    reach(config.host, word),
    origin(config.host, word),
    clock(word),
    Promise.resolve(versions(version, word)),
    buffering(config.host),
    Promise.resolve(session(patient)),
    Promise.resolve(socket(patient)),
    Promise.resolve(secureContext(config.host)),
    Promise.resolve(identity(config)),
  ]);
  return { version, at: Date.now(), isWell: checks.every(({ state }) => state !== 'fail'), checks };
}

/** The page's policy: from its header (read again, same origin) and from its meta tags. */
async function policy({ config, violations }: Patient): Promise<DoctorCheck> {
  const id = 'csp';
  const found: string[] = [];
  let isRead = true;
  for (const meta of document.querySelectorAll<HTMLMetaElement>(
    'meta[http-equiv="Content-Security-Policy" i]',
  ))
    found.push(meta.content);
  try {
    const page = await fetch(location.href, { method: 'HEAD', signal: AbortSignal.timeout(patienceMs) });
    const header = page.headers.get('content-security-policy');
    // Several headers come as one, by comma; each is a policy of its own.
    if (header) found.push(...header.split(/,(?=\s*[a-z-]+ )/));
  } catch {
    // A page that cannot be asked for again is judged by what it refuses.
    isRead = false;
  }
  const mode = config.mode === 'iframe' ? 'iframe' : 'shadow';
  const needs = needsOf(config.host, mode, location.origin);
  for (const text of found) {
    const missing = lacks(text, needs, location.origin);
    if (missing.length)
      return {
        id,
        state: missing.some(([name]) => name !== 'media-src' && name !== 'img-src') ? 'fail' : 'warn',
        says: `The page’s policy lacks ${missing.map(([name, sources]) => `${sources.join(' ')} in ${name}`).join(', ')}`,
        fix: `Content-Security-Policy: ${mend(text, missing)}`,
      };
  }
  if (!isRead && !violations.length) await trySocket(config.host);
  if (violations.length)
    return {
      id,
      state: 'fail',
      says: `The page’s policy refused: ${[...new Set(violations)].slice(0, 3).join('; ')}`,
      fix: needs.map(([name, sources]) => `${name} ${sources.join(' ')}`).join('; '),
    };
  const says = found.length ? 'The page’s policy lets the widget work' : 'The page has no policy';
  return { id, state: 'ok', says: isRead ? says : 'Nothing was refused' };
}

/** Knocks without a ticket: a policy says no before the server does. */
async function trySocket(host: string): Promise<void> {
  try {
    const socket = new WebSocket(`${host.replace(/^http/, 'ws')}/ws`, 'wamp.2.json');
    await new Promise((done) => {
      socket.addEventListener('error', done);
      socket.addEventListener('open', done);
    });
    socket.close();
  } catch {
    // Refused at once; the event about it has been heard.
  }
}

async function askServer(host: string): Promise<ServerWord | undefined> {
  try {
    const sent = Date.now();
    const answer = await fetch(`${host}/widget/doctor.json`, {
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(patienceMs),
    });
    const word = (await answer.json()) as ServerWord;
    // Half of the way there and back.
    return { ...word, now: word.now + (Date.now() - sent) / 2 };
  } catch {
    return undefined;
  }
}

async function reach(host: string, word: ServerWord | undefined): Promise<DoctorCheck> {
  const id = 'server';
  if (word) return { id, state: 'ok', says: `${host} answers` };
  return {
    id,
    state: 'fail',
    says: `${host} cannot be reached from this page`,
    fix: `curl -i ${host}/healthz`,
  };
}

async function origin(host: string, word: ServerWord | undefined): Promise<DoctorCheck> {
  const id = 'origin';
  if (!word) return { id, state: 'unknown', says: 'Whether this page is allowed could not be asked' };
  if (word.allowed || new URL(host).origin === location.origin)
    return { id, state: 'ok', says: `${location.origin} may embed the widget` };
  return {
    id,
    state: 'fail',
    says: `No organisation allows ${location.origin} yet`,
    fix: `curl -X PUT ${host}/api/v1/organisation/origins -H "Authorization: Bearer $ADMIN_TOKEN" -H "Content-Type: application/json" -d '{"list":["${location.origin}"]}'`,
  };
}

async function clock(word: ServerWord | undefined): Promise<DoctorCheck> {
  const id = 'clock';
  if (!word) return { id, state: 'unknown', says: 'The server’s clock could not be asked' };
  const off = Math.round((Date.now() - word.now) / 1_000);
  if (Math.abs(off) <= 30) return { id, state: 'ok', says: `Clocks differ by ${Math.abs(off)} s` };
  return {
    id,
    state: 'warn',
    says: `This computer’s clock is ${Math.abs(off)} s ${off > 0 ? 'ahead of' : 'behind'} the server’s: tokens signed by such a clock are refused`,
    fix: 'timedatectl set-ntp true',
  };
}

function versions(version: string, word: ServerWord | undefined): DoctorCheck {
  const id = 'version';
  if (!word) return { id, state: 'unknown', says: `The loader is ${version}` };
  if (word.version === version) return { id, state: 'ok', says: `Loader and server are ${version}` };
  return {
    id,
    state: 'warn',
    says: `The loader is ${version}, the server has ${word.version}: reload the page, or move the tag to /widget/v1/`,
  };
}

/** Two lines, the second later: if both come together, something in between holds answers back. */
async function buffering(host: string): Promise<DoctorCheck> {
  const id = 'proxy';
  try {
    const answer = await fetch(`${host}/widget/doctor.stream`, {
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(patienceMs),
    });
    const reader = answer.body!.getReader();
    const first = await reader.read();
    const firstAt = Date.now();
    let last = firstAt;
    for (let next = first; !next.done; next = await reader.read()) last = Date.now();
    if (last - firstAt > 150) return { id, state: 'ok', says: 'Answers come through at once' };
    return {
      id,
      state: 'warn',
      says: 'A proxy holds answers back until they are whole',
      fix: 'proxy_buffering off; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_read_timeout 75s;',
    };
  } catch {
    return { id, state: 'unknown', says: 'Buffering could not be measured' };
  }
}

function session({ state, isLoaded }: Patient): DoctorCheck {
  const id = 'session';
  if (!isLoaded) return { id, state: 'unknown', says: 'The app is not loaded yet: open it once' };
  if (!state.isSignedIn) return { id, state: 'warn', says: 'Nobody is signed in' };
  const broken = state.sessions.filter((one) => one.state !== 'working');
  if (!state.sessions.length) return { id, state: 'warn', says: 'There is no WhatsApp number yet' };
  if (!broken.length) return { id, state: 'ok', says: `${state.sessions.length} number(s) connected` };
  return {
    id,
    state: 'warn',
    says: broken.map((one) => `Number ${one.inboxId} is ${one.state}`).join(', '),
    fix: 'Open the widget: it says what to do on the phone',
  };
}

function socket({ state, config }: Patient): DoctorCheck {
  const id = 'socket';
  if (!state.isSignedIn) return { id, state: 'unknown', says: 'Known once somebody is signed in' };
  if (state.connection === 'live') return { id, state: 'ok', says: 'Messages are pushed' };
  return {
    id,
    state: 'warn',
    says:
      state.connection === 'polling'
        ? 'No socket gets through; the widget asks every second instead'
        : `The connection is ${state.connection}`,
    fix: `location /ws { proxy_pass http://127.0.0.1:8090; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_set_header Host ${new URL(config.host).host}; }`,
  };
}

function secureContext(host: string): DoctorCheck {
  const id = 'secure-context';
  if (window.isSecureContext) {
    const isMixed = host.startsWith('http:') && location.protocol === 'https:';
    return isMixed && !/^http:\/\/(localhost|127\.0\.0\.1)(:|$)/.test(host)
      ? {
          id,
          state: 'fail',
          says: 'An https page cannot use an http server',
          fix: 'CHATDOCK_PUBLIC_URL=https://…',
        }
      : { id, state: 'ok', says: 'Secure context' };
  }
  return {
    id,
    state: 'warn',
    says: `The page is not served over https: ${missingHere().join(', ')} cannot work here. Everything else does`,
    fix: `Serve ${location.host} over https`,
  };
}

/** What browsers keep from pages without https, as people know it. */
function missingHere(): string[] {
  const missing: string[] = [];
  if (!navigator.mediaDevices) missing.push('recording voice messages');
  if (typeof Notification === 'undefined' || Notification.permission === 'denied')
    missing.push('notifications');
  if (!navigator.clipboard) missing.push('pasting and copying by button');
  if (!navigator.locks) missing.push('one socket for all tabs (tabs take turns instead)');
  return missing;
}

function identity({ getToken, tokenUrl, auth }: Patient['config']): DoctorCheck {
  const id = 'identity';
  if (auth === 'cookie') return { id, state: 'ok', says: 'Agents sign in on the server’s own pages' };
  if (getToken) return { id, state: 'ok', says: 'The page vouches for its user (getToken)' };
  if (tokenUrl) return { id, state: 'ok', says: `The page vouches for its user (${tokenUrl})` };
  return {
    id,
    state: 'ok',
    says: 'Agents sign in inside the widget. To sign them in from the CRM, make a key and serve tokens',
    fix: 'data-token-url="/path/on/your/server"',
  };
}
