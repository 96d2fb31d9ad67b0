/**
 * What page and frame say to each other, over a port that was handed over once. Everything that comes in is read here:
 * a message that is not of this shape is dropped. Version 1.
 */
export const wireVersion = 1;

/** Beyond this nothing of ours is: a longer text is somebody else's. */
const longest = 20_000;

export interface Hello {
  chatdock: typeof wireVersion;
  nonce: string;
}

/** `call`s go both ways: verbs to the frame, wishes and events to the page. */
export type WireMessage =
  | { what: 'call'; id: number; name: string; given: readonly unknown[] }
  | { what: 'answer'; id: number; value: unknown }
  | { what: 'failed'; id: number; reason: string };

export function isHello(value: unknown, nonce: string): value is Hello {
  if (value === null || typeof value !== 'object') return false;
  const { chatdock, nonce: given } = value as Partial<Hello>;
  return chatdock === wireVersion && typeof given === 'string' && given.length === 32 && given === nonce;
}

export function readWire(value: unknown): WireMessage | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const { what, id, name, given, value: answer, reason } = value as Record<string, unknown>;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return undefined;
  if (what === 'answer') return isPlain(answer) ? { what, id, value: answer } : undefined;
  if (what === 'failed') return { what, id, reason: String(reason).slice(0, 500) };
  const isCall = what === 'call' && typeof name === 'string' && /^[a-zA-Z]{2,20}$/.test(name);
  return isCall && Array.isArray(given) && given.length <= 3 && isPlain(given)
    ? { what: 'call', id, name, given }
    : undefined;
}

/** Nothing but texts, numbers and lists of them, and not too much of it. */
function isPlain(value: unknown): boolean {
  try {
    return (JSON.stringify(value) ?? '').length <= longest;
  } catch {
    return false;
  }
}

/** One end of the port. Calls are answered by `handlers`; a name that is not among them is refused. */
export class Wire {
  #port: MessagePort;
  #waiting = new Map<number, { resolve(value: unknown): void; reject(reason: Error): void }>();
  #next = 1;

  constructor(port: MessagePort, handlers: Record<string, (...given: never[]) => unknown>) {
    this.#port = port;
    port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const message = readWire(data);
      if (!message) return;
      if (message.what === 'call') void this.#answer(message, handlers);
      else {
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        if (message.what === 'answer') waiting?.resolve(message.value);
        else waiting?.reject(new Error(message.reason));
      }
    });
    port.start();
  }

  call(name: string, ...given: unknown[]): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ what: 'call', id, name, given });
    });
  }

  /** The same where the answer is of no interest. */
  tell(name: string, ...given: unknown[]): void {
    this.call(name, ...given).catch(() => undefined);
  }

  close(): void {
    this.#port.close();
    for (const one of this.#waiting.values()) one.reject(new Error('closed'));
    this.#waiting.clear();
  }

  #send(message: WireMessage): void {
    // A port has one other end: there is no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#port.postMessage(message);
  }

  async #answer(
    { id, name, given }: Extract<WireMessage, { what: 'call' }>,
    handlers: Record<string, (...given: never[]) => unknown>,
  ): Promise<void> {
    try {
      if (!Object.hasOwn(handlers, name)) throw new Error(`There is no ${name}`);
      const value = await handlers[name]!(...(given as never[]));
      this.#send({ what: 'answer', id, value: value ?? null });
    } catch (error) {
      this.#send({ what: 'failed', id, reason: String(error).slice(0, 300) });
    }
  }
}
