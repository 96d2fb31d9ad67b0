import type { Raw } from './bounds.ts';

// Runs inside WhatsApp's page.

interface PageWindow {
  require(name: string): never;
}

export type PageWord =
  { kind: 'found'; base64: string } | { kind: 'none' } | { kind: 'later'; reason: 'too-many' | 'unanswered' };

/**
 * The profile picture of somebody. The library asks for it by a chat, which it makes where there is none, and by a copy
 * of that chat for which it reads half of it; the page itself takes whatever has an `id`. The bytes are fetched here, by
 * the browser's own way into the net, and from WhatsApp's own servers only.
 */
export async function readPicture(id: string, largest: number, patienceMs: number): Promise<PageWord> {
  const page = window as unknown as PageWindow;
  const { createWid } = page.require('WAWebWidFactory') as { createWid(id: string): unknown };
  const { Chat, Contact } = page.require('WAWebCollections') as Record<
    'Chat' | 'Contact',
    { get(id: unknown): Raw | undefined }
  >;
  const known = page.require('WAWebApiContact') as Record<string, ((of: unknown) => unknown) | undefined>;
  const bridge = page.require('WAWebContactProfilePicThumbBridge') as {
    requestProfilePicFromServer(of: object): Promise<{ eurl?: unknown } | null | undefined>;
  };
  const wid = createWid(id);
  let other: unknown;
  try {
    other = id.endsWith('@g.us')
      ? undefined
      : known[id.endsWith('@lid') ? 'getPhoneNumber' : 'getCurrentLid']?.(wid);
  } catch {
    // One address is enough.
  }
  // What lets us see it may lie with the chat, which is known by either address.
  const of = Chat.get(wid) ?? (other ? Chat.get(other) : undefined) ?? Contact.get(wid) ?? { id: wid };
  const late = AbortSignal.timeout(patienceMs);
  let told: { eurl?: unknown } | null | undefined | 'late';
  try {
    told = await Promise.race([
      bridge.requestProfilePicFromServer(of),
      new Promise<'late'>((done) => late.addEventListener('abort', () => done('late'))),
    ]);
  } catch (error) {
    const { name, statusCode, status } = (error ?? {}) as Record<string, unknown>;
    if (name !== 'ServerStatusCodeError') throw error;
    return [statusCode, status].includes(429) ? { kind: 'later', reason: 'too-many' } : { kind: 'none' };
  }
  if (told === 'late') return { kind: 'later', reason: 'unanswered' };
  const address = typeof told?.eurl === 'string' && URL.canParse(told.eurl) ? new URL(told.eurl) : undefined;
  if (address?.protocol !== 'https:' || !/(^|\.)whatsapp\.net$/.test(address.hostname))
    return { kind: 'none' };
  const answer = await fetch(address, { credentials: 'omit', redirect: 'error', signal: late });
  if (!answer.ok) return answer.status < 500 ? { kind: 'none' } : { kind: 'later', reason: 'unanswered' };
  if (Number(answer.headers.get('content-length') ?? 0) > largest) return { kind: 'none' };
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.length > largest) return { kind: 'none' };
  const step = 0x8000;
  let binary = '';
  for (let at = 0; at < bytes.length; at += step)
    binary += String.fromCharCode(...bytes.subarray(at, at + step));
  return { kind: 'found', base64: btoa(binary) };
}
