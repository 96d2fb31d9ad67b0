import { frameUrl, greeted, newNonce, visited } from './greet.ts';

/** How long a frame may take to forget; then it is left to the next time. */
const patienceMs = 8_000;

/**
 * Forgets what the widget has kept in this browser: preferences, drafts, unsent texts. Of this page's origin, and of that of
 * the servers in whose frame or window the app has been. Never rejects.
 */
export async function clearLocal(): Promise<void> {
  await Promise.all([clearHere(), ...Array.from(visited, clearThere)]);
}

async function clearHere(): Promise<void> {
  try {
    for (const name of Object.keys(localStorage)) if (/^chatdock\b/.test(name)) localStorage.removeItem(name);
    const all = (await indexedDB.databases?.()) ?? [];
    await Promise.all(all.map(({ name }) => name && /^chatdock\b/.test(name) && deleted(name)));
  } catch {
    // A page without storage has kept nothing.
  }
}

/** Whoever has it open lets it go when it hears of this (`keep-db.ts`). */
function deleted(name: string): Promise<unknown> {
  return new Promise((done) => {
    const request = indexedDB.deleteDatabase(name);
    for (const event of ['success', 'error', 'blocked']) request.addEventListener(event, done);
  });
}

/** A frame of that server once more, not to be seen, and only for this. */
async function clearThere(host: string): Promise<void> {
  const { origin } = new URL(host);
  const nonce = newNonce();
  const life = new AbortController();
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.title = 'WhatsApp';
  const late = new Promise((done) => setTimeout(done, patienceMs));
  const cleared = new Promise((done) => {
    window.addEventListener(
      'message',
      (event) => {
        const greeting = { origin, nonce, window: frame.contentWindow, handlers: {}, options: () => ({}) };
        const wire = greeted(event, greeting);
        if (wire) done(wire.call('clear').catch(() => undefined));
      },
      { signal: life.signal },
    );
    frame.src = frameUrl(host, nonce);
    document.body.append(frame);
  });
  await Promise.race([cleared, late]);
  life.abort();
  frame.remove();
}
