import { z } from 'zod';
import { channels, type Bus } from '../bus/bus.ts';
import type { ChatRoom, Scope } from '../chat/chat-room.ts';
import type { Changes } from '../contract/wire.ts';

const mostInboxes = 50;

/** `1:20,3:44`: Inbox id and cursor, each Inbox once. */
export const sinceText = z
  .string()
  .max(2_000)
  .transform((text, context) => {
    const cursors = parseSince(text);
    if (cursors) return cursors;
    context.addIssue({ code: 'custom', message: 'inboxId:cursor, by comma' });
    return z.NEVER;
  });

export interface Cursor {
  inboxId: number;
  since: number;
}

export function parseSince(text: string): Cursor[] | undefined {
  const cursors: Cursor[] = [];
  const seen = new Set<number>();
  for (const part of text.split(',', mostInboxes + 1)) {
    const match = /^([1-9]\d{0,14}):(\d{1,15})$/.exec(part);
    if (!match) return undefined;
    const inboxId = Number(match[1]);
    if (seen.has(inboxId)) return undefined;
    seen.add(inboxId);
    cursors.push({ inboxId, since: Number(match[2]) });
  }
  return cursors.length <= mostInboxes ? cursors : undefined;
}

export interface ChangesParts {
  chat: ChatRoom;
  heads: { get(inboxId: number): number | undefined };
  owners: InboxOwners;
}

/**
 * Which Organisation an Inbox belongs to, once seen. It never changes, so it is remembered until an Inbox may have been
 * taken out of use; the Bus ends with the house.
 */
export class InboxOwners {
  #owner = new Map<number, number>();

  constructor(bus: Bus) {
    bus.subscribe(channels.permitted, () => this.#owner.clear());
  }

  /** undefined: not seen yet. */
  isOwner(organisationId: number, inboxId: number): boolean | undefined {
    const owner = this.#owner.get(inboxId);
    return owner === undefined ? undefined : owner === organisationId;
  }

  note(organisationId: number, inboxId: number): void {
    if (this.#owner.size > 100_000) this.#owner.clear();
    this.#owner.set(inboxId, organisationId);
  }
}

/** True when the Inboxes are known to be this Organisation's and known to have nothing new: no query needed. */
export function isNothingNew(
  parts: ChangesParts,
  { organisationId, sees }: Scope,
  cursors: readonly Cursor[],
): boolean {
  for (const { inboxId, since } of cursors) {
    if (parts.owners.isOwner(organisationId, inboxId) !== true || sees?.(inboxId) === false) return false;
    if (parts.heads.get(inboxId) !== since) return false;
  }
  return true;
}

/** The changed rows of each Inbox that has any; undefined when nothing is new. Problem `not-found`. */
export async function readChanges(
  parts: ChangesParts,
  scope: Scope,
  cursors: readonly Cursor[],
): Promise<{ inboxes: Changes[] } | undefined> {
  const inboxes: Changes[] = [];
  for (const { inboxId, since } of cursors) {
    const isSeen = scope.sees?.(inboxId) !== false;
    if (!isSeen || parts.owners.isOwner(scope.organisationId, inboxId) !== true) {
      await parts.chat.findInbox(scope, inboxId);
      parts.owners.note(scope.organisationId, inboxId);
    }
    if (parts.heads.get(inboxId) === since) continue;
    const changed = await parts.chat.changes(inboxId, since);
    if (changed.cursor === since && !changed.reset) continue;
    // What Agents write for each other is no program's: an API key has no Agent.
    inboxes.push(scope.agentId === 0 ? { ...changed, notes: [] } : changed);
  }
  return inboxes.length > 0 ? { inboxes } : undefined;
}
