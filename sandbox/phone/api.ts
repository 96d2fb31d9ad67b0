import type { WorldView } from '../view.ts';

export type { WorldView };

/** What the world would not do; `code` is its word for it. */
export class Declined extends Error {
  override name = 'Declined';
  readonly code: string;
  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }
}

/** One verb of the control door. Throws Declined; code `unreachable` when nobody answers. */
export async function act(verb: string, body: object = {}): Promise<unknown> {
  const answer = await fetch(`/api/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => undefined);
  if (!answer) throw new Declined('unreachable', 'unreachable');
  const said = (await answer.json()) as { code?: string; text?: string };
  if (!answer.ok) throw new Declined(said.code ?? 'fault', said.text ?? '');
  return said;
}

/** Tells the state now and after every change, at most ten times a second; `undefined` while out of reach. */
export function watch(told: (view: WorldView | undefined) => void): void {
  let asking = false;
  let again = false;
  const ask = async (): Promise<void> => {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    do {
      again = false;
      const view = await fetch('/api/state')
        .then((answer) => (answer.ok ? (answer.json() as Promise<WorldView>) : undefined))
        .catch(() => undefined);
      told(view);
      await new Promise((resolve) => setTimeout(resolve, 100));
    } while (again);
    asking = false;
  };
  const events = new EventSource('/api/events');
  events.addEventListener('open', () => void ask());
  events.addEventListener('message', () => void ask());
  events.addEventListener('error', () => told(undefined));
}
