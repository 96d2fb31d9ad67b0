import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** A WAHA server as the product meets it: signs the exact bytes and repeats a delivery until it is answered with 2xx. */
export interface WahaSender {
  session: string;
  secret: string;
  /** Current address of the house; a function, since a killed house may come back elsewhere. */
  url: () => string;
}

export function wahaMessage(
  session: string,
  messageId: string,
  body: string,
  at: number,
  from = '15551230001@c.us',
): string {
  return JSON.stringify({
    id: `evt_${randomBytes(13).toString('hex')}`,
    timestamp: at * 1000,
    event: 'message',
    session,
    me: { id: '15550009999@c.us', pushName: 'Desk' },
    payload: {
      id: `false_${from}_${messageId}`,
      timestamp: at,
      from,
      fromMe: false,
      source: 'app',
      to: '15550009999@c.us',
      body,
      hasMedia: false,
      ack: 1,
      ackName: 'SERVER',
      _data: { notifyName: 'Alice', type: 'chat', t: at },
    },
    engine: 'WEBJS',
  });
}

/** That somebody types, records, or has stopped. */
export function wahaPresence(session: string, chat: string, what: 'typing' | 'recording' | 'paused'): string {
  return JSON.stringify({
    id: `evt_${randomBytes(13).toString('hex')}`,
    timestamp: Date.now(),
    event: 'presence.update',
    session,
    me: { id: '15550009999@c.us', pushName: 'Desk' },
    payload: { id: chat, presences: [{ participant: chat, lastKnownPresence: what, lastSeen: null }] },
    engine: 'NOWEB',
  });
}

export async function deliver(sender: WahaSender, body: string): Promise<number> {
  const response = await fetch(`${sender.url()}/webhook/waha/${sender.session}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-webhook-hmac': createHmac('sha512', sender.secret).update(body).digest('hex'),
      'x-webhook-hmac-algorithm': 'sha512',
      'x-webhook-timestamp': String(Date.now()),
    },
    body,
    signal: AbortSignal.timeout(60_000),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Repeats until acknowledged, as WAHA does; gives up when `signal` aborts. True once acknowledged. */
export async function deliverUntilAcknowledged(
  sender: WahaSender,
  body: string,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    const status = await deliver(sender, body).catch(() => 0);
    if (status >= 200 && status < 300) return true;
    // Two dozen that knock ten times a second keep a processor from the very start that they wait for.
    await pause(150 + Math.random() * 200, undefined, { signal }).catch(() => {});
  }
  return false;
}
