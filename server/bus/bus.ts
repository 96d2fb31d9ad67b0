import type { Push } from '../contract/wire.ts';

export type BusListener = (payload: unknown, text: string) => void;

/** Notice board between processes. Lossy by contract: what must not be lost is in the database. */
export interface Bus extends AsyncDisposable {
  /** Payloads are JSON; an implementation serialises even within one process, so nobody shares objects. */
  publish(channel: string, payload: unknown): void;
  /**
   * `listener` must not throw, nor change what it is given: others get the same. `text` is the payload as JSON, for those
   * who pass it on. Returns the end of the subscription.
   */
  subscribe(channel: string, listener: BusListener): () => void;
}

/** On the Bus rows are left out where nobody listens to the Inbox; `files` false: no Message among them has a file. */
export type BusPush = Push & { files?: false };

/** Channels, spelled once. */
export const channels = {
  /** A {@link BusPush} for every committed write of any Inbox. */
  push: 'push',
  /** `{ inboxId }`: there is a Delivery to be claimed. */
  delivery: 'delivery',
  /** `{ inboxId }`: there is a file to be fetched. */
  media: 'media',
  /** A {@link Replying}: an Agent is writing an answer. */
  replying: 'replying',
  /** A {@link Viewing}: an Agent is looking at a Chat. */
  viewing: 'viewing',
  /** `{ inboxId, chat, presence, lastSeen? }`: somebody writes, or is there, as WhatsApp tells it; stored nowhere. */
  presence: 'presence',
  /** `{ agentId }` or `{ agentSessionId }`: sign-ins that have ended; caches and sockets close at once. */
  signedOut: 'signed-out',
  /**
   * `{ organisationId, everyone? }`: which Agents may see which Inboxes has changed; what was believed is asked again.
   * `everyone`: supervisors and admins see others too, as when an Inbox is gone.
   */
  permitted: 'permitted',
  /** `{ inboxId, of }`: a person or a group has another profile picture. */
  picture: 'picture',
  /** `{ inboxId, command, … }`: what the owner of a Session shall do. */
  session: 'session',
} as const;
