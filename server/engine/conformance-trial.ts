import type { Message, World } from '../../sandbox/index.ts';
import type { Address } from '../contract/address.ts';
import type { MessageHandle } from '../contract/content.ts';
import type { EngineEvent, MessageEvent } from '../contract/engine-event.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { EngineSession, MediaAnswer } from './engine.ts';

/** A linked Session in a Sandbox world, in which `giulia` and `marco` are people. */
export interface WorldTrial {
  session: EngineSession;
  sandbox: { world: World };
  /** Told so far. */
  messages(): MessageEvent[];
  /** The next event that fits. */
  next<Kind extends EngineEvent['kind']>(
    kind: Kind,
    fits?: (event: Extract<EngineEvent, { kind: Kind }>) => boolean,
  ): Promise<Extract<EngineEvent, { kind: Kind }>>;
  /** What the world has of an accepted send, once it has it. */
  arrivedAt(outcome: Outcome): Promise<Message>;
}

export const giulia = '393331234567@c.us';
export const marco = '393478812043@c.us';
const { signal } = new AbortController();

/** What is told of a message that `write` puts into the world. */
export async function told(trial: WorldTrial, write: () => { id: string }): Promise<MessageEvent> {
  const { id } = write();
  return (
    trial.messages().find((event) => event.messageId === id) ??
    trial.next('message', (event) => event.messageId === id)
  );
}

/** The newest 50 messages of a chat as history. */
export async function history(trial: WorldTrial, of: string): Promise<MessageEvent[]> {
  const events: EngineEvent[] = [];
  const request = { chat: of as Address, chats: 1, messagesPerChat: 50, signal };
  for await (const page of trial.session.history!(request)) events.push(...page);
  return events.filter((event) => event.kind === 'message');
}

export const handleOf = ({ chat, id, fromMe }: Message): MessageHandle => ({
  chat: chat as Address,
  messageId: id,
  fromMe,
});

export function fetchOf(
  trial: WorldTrial,
  event: Pick<MessageEvent, 'chat' | 'messageId' | 'fromMe' | 'media'>,
  file: string,
  largest = 1_000_000,
): Promise<MediaAnswer> {
  const { chat, messageId, fromMe, media } = event;
  const reference = media?.reference === undefined ? {} : { reference: media.reference };
  const message = { chat, messageId, fromMe };
  return trial.session.fetchMedia!({ message, ...reference, file, largest, signal });
}
