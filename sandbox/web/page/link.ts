import type { CallName, Calls, Frame, PageFrame } from '../wire.ts';
import { pause } from './bytes.ts';

const storageKey = 'standin-credentials';
const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let socket: WebSocket | undefined;
let calls = 0;

/** Credentials live in the page's own storage, as WhatsApp's do: a kept profile stays linked. */
export const credentials = {
  get: (): string | null => localStorage.getItem(storageKey),
  set: (value: string): void => localStorage.setItem(storageKey, value),
  forget: (): void => localStorage.removeItem(storageKey),
};

export function tell(frame: PageFrame): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

/** Asks the world; rejects with its words, or `closed` when the socket goes first. */
export function call<Name extends CallName>(
  name: Name,
  args: Calls[Name]['args'],
): Promise<Calls[Name]['value']> {
  const number = ++calls;
  return new Promise((resolve, reject) => {
    if (socket?.readyState !== WebSocket.OPEN) return reject(new Error('closed'));
    waiting.set(number, { resolve: (value) => resolve(value as Calls[Name]['value']), reject });
    return tell({ kind: 'call', call: number, name, args });
  });
}

export function settle({ call, value, error }: Extract<Frame, { kind: 'answer' }>): void {
  const asked = waiting.get(call);
  waiting.delete(call);
  if (error === undefined) asked?.resolve(value);
  else asked?.reject(Object.assign(new Error(error), { name: error }));
}

export const reconnect = (): void => socket?.close();

/** Keeps one socket to the world for as long as the page lives. */
export async function connect(hear: (frame: Frame) => void, closed: () => void): Promise<never> {
  for (;;) {
    await new Promise<void>((resolve) => {
      socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/chat`);
      socket.addEventListener('open', () => tell({ kind: 'hello', credentials: credentials.get() }));
      socket.addEventListener('message', ({ data }) => hear(JSON.parse(String(data)) as Frame));
      socket.addEventListener('close', () => resolve());
    });
    for (const { reject } of waiting.values()) reject(new Error('closed'));
    waiting.clear();
    closed();
    await pause(800);
  }
}
