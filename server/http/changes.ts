import { z } from 'zod';
import { channels, type Bus } from '../bus/bus.ts';
import type { ChatRoom, Scope } from '../chat/chat-room.ts';
import type { Changes, Position } from '../contract/wire.ts';

const mostInboxes = 50;
/** Characters that so many take. */
export const mostText = 4_000;

/** `1:20:x9,3:44`: Inbox id, cursor and, from who was told it, its era; each Inbox once. */
export const sinceText = z
  .string()
  .max(mostText)
  .describe(
    '`inboxId:cursor:era`, by comma: the numbers and the word that the last answer gave; era may be left out',
  )
  .transform((text, context) => {
    const cursors = parseSince(text);
    if (cursors) return cursors;
    context.addIssue({ code: 'custom', message: 'inboxId:cursor:era, by comma' });
    return z.NEVER;
  });

export interface Cursor {
  inboxId: number;
  since: number;
  era: string | undefined;
}

export function parseSince(text: string): Cursor[] | undefined {
  const cursors: Cursor[] = [];
  const seen = new Set<number>();
  for (const part of text.split(',', mostInboxes + 1)) {
    const match = /^([1-9]\d{0,14}):(\d{1,15})(?::([\w-]{1,32}))?$/.exec(part);
    if (!match) return undefined;
    const inboxId = Number(match[1]);
    if (seen.has(inboxId)) return undefined;
    seen.add(inboxId);
    cursors.push({ inboxId, since: Number(match[2]), era: match[3] });
  }
  return cursors.length <= mostInboxes ? cursors : undefined;
}

export interface ChangesParts {
  chat: ChatRoom;
  heads: { get(inboxId: number): Position | undefined };
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
  for (const cursor of cursors) {
    const { inboxId } = cursor;
    if (parts.owners.isOwner(organisationId, inboxId) !== true || sees?.(inboxId) === false) return false;
    if (!isHead(parts, cursor)) return false;
  }
  return true;
}

function isHead({ heads }: ChangesParts, { inboxId, since, era }: Cursor): boolean {
  const head = heads.get(inboxId);
  return head?.seq === since && (era ?? head.era) === head.era;
}

/** The changed rows of each Inbox that has any; undefined when nothing is new. Problem `not-found`. */
export async function readChanges(
  parts: ChangesParts,
  scope: Scope,
  cursors: readonly Cursor[],
): Promise<{ inboxes: Changes[] } | undefined> {
  const inboxes: Changes[] = [];
  for (const cursor of cursors) {
    const { inboxId, since, era } = cursor;
    const isSeen = scope.sees?.(inboxId) !== false;
    if (!isSeen || parts.owners.isOwner(scope.organisationId, inboxId) !== true) {
      await parts.chat.findInbox(scope, inboxId);
      parts.owners.note(scope.organisationId, inboxId);
    }
    if (isHead(parts, cursor)) continue;
    const changed = await parts.chat.changes(inboxId, since, undefined, era);
    const isNew = changed.cursor !== since || changed.reset || changed.era !== (era ?? changed.era);
    if (!isNew) continue;
    // What Agents write for each other is no program's: an API key has no Agent.
    inboxes.push(scope.agentId === 0 ? { ...changed, notes: [] } : changed);
  }
  return inboxes.length > 0 ? { inboxes } : undefined;
}
