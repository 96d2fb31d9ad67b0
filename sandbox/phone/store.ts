import type { WorldView } from './api.ts';
import { act, Declined } from './api.ts';
import { text } from './text.ts';

export type Tab = 'chats' | 'devices' | 'settings';
export type ChatView = WorldView['chats'][number];
export type MessageView = ChatView['messages'][number];
export type PersonView = WorldView['people'][number];

export type Side = 'own' | 'customer';
export interface About {
  do: 'answer' | 'edit';
  message: MessageView;
}

/** What the page shows: the world as last told, and where the viewer is in it. */
export const state: {
  world: WorldView | undefined;
  reachable: boolean;
  tab: Tab;
  openChat: string | undefined;
  person: string | undefined;
  adding: boolean;
  narrow: 'own' | 'customer';
  /** What the next message on each phone answers, or which one is being written anew. */
  about: { own?: About | undefined; customer?: About | undefined };
} = {
  world: undefined,
  reachable: true,
  tab: 'chats',
  openChat: undefined,
  person: undefined,
  adding: false,
  narrow: 'own',
  about: {},
};

const drawers: (() => void)[] = [];
export const onDraw = (draw: () => void): number => drawers.push(draw);
export function draw(): void {
  for (const each of drawers) each();
}
/** Changes where the viewer is, and shows it. */
export function go(change: Partial<typeof state>): void {
  Object.assign(state, change);
  draw();
}

let notify: (words: string) => void = () => {};
export const onNotice = (listener: (words: string) => void): void => {
  notify = listener;
};
export const say = (words: string): void => notify(words);
/** Asks the world to do something; what it declines is said in words. Gives its answer, or nothing. */
export async function ask(verb: string, body: object, done?: string): Promise<unknown> {
  try {
    const answer = await act(verb, body);
    if (done) notify(done);
    return answer;
  } catch (error) {
    const code = error instanceof Declined ? error.code : 'fault';
    notify(text.errors[code] ?? (error instanceof Error ? error.message : String(error)));
    return undefined;
  }
}
/** The same, where only whether it was done matters. */
export const please = async (verb: string, body: object = {}, done?: string): Promise<boolean> =>
  (await ask(verb, body, done)) !== undefined;

/** Chats by pin and time, as phones show them. */
export const sortedChats = (world: WorldView): ChatView[] =>
  world.chats
    .filter((chat) => chat.messages.length > 0 || chat.subject)
    .toSorted((a, b) => Number(b.pinned ?? false) - Number(a.pinned ?? false) || b.t - a.t);

/** The address a person writes from, as far as devices may know. */
export const addressOf = (person: PersonView): string =>
  (person.numberHidden ? person.lid : (person.phone ?? person.lid)) ?? '';
