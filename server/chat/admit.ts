import { isAck } from '../contract/ack.ts';
import { addressKind, addressUser, type Address } from '../contract/address.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { usableId } from '../contract/message-reference.ts';

/** What is taken in beside people and groups. */
export interface Shows {
  /** What contacts tell everybody for a day, as one Chat. */
  status: boolean;
  /** Newsletters. */
  channels: boolean;
}
export const showsNothingMore: Shows = { status: false, channels: false };

const day = 86_400_000;
const longestBody = 1_000_000;
const longestName = 300;
const longestDescription = 2048;
const mostOptions = 50;
const mostBlocked = 5_000;
const mostUnread = 1_000_000;
const longestOption = 1_000;

/**
 * The door of `receive`: makes an event storable without changing what it says. Text becomes well-formed Unicode,
 * times whole milliseconds not in the future, names fit their columns. `undefined`: not for us (status updates and
 * newsletters, unless they are to be shown) or not usable (no id, no Address).
 */
export function admit(
  event: EngineEvent,
  now: number,
  shows: Shows = showsNothingMore,
): EngineEvent | undefined {
  const isChat = (address: Address): boolean => isShown(address, shows);
  switch (event.kind) {
    case 'message': {
      if (!usableId(event.messageId) || !isChat(event.chat)) return undefined;
      const admitted = {
        ...event,
        body: text(event.body, longestBody),
        at: time(event.at, now),
      };
      if (event.senderName !== undefined) admitted.senderName = text(event.senderName, longestName);
      if (event.editedAt !== undefined) admitted.editedAt = Math.max(1, time(event.editedAt, now));
      if (event.ack !== undefined && !isAck(event.ack)) delete admitted.ack;
      if (event.quotedMessageId !== undefined && !usableId(event.quotedMessageId)) {
        delete admitted.quotedMessageId;
      }
      if (event.sender !== undefined && !isPerson(event.sender)) delete admitted.sender;
      return admitted;
    }
    case 'ack':
      return isAbout(event, isChat) && isAck(event.ack) ? event : undefined;
    case 'edit':
      if (!isAbout(event, isChat)) return undefined;
      return { ...event, body: text(event.body, longestBody), at: Math.max(1, time(event.at, now)) };
    case 'star':
    case 'receipt':
      if (
        !isAbout(event, isChat) ||
        (event.kind === 'receipt' && !(isPerson(event.member) && isAck(event.ack)))
      ) {
        return undefined;
      }
      return { ...event, at: time(event.at, now) };
    case 'group': {
      if (!isChat(event.chat)) return undefined;
      const admitted = { ...event, at: time(event.at, now) };
      if (event.subject !== undefined) admitted.subject = text(event.subject, longestName);
      if (event.description !== undefined) admitted.description = text(event.description, longestDescription);
      if (event.members) admitted.members = event.members.filter((member) => isPerson(member.address));
      return admitted;
    }
    case 'membership':
      if (!isChat(event.chat)) return undefined;
      return { ...event, members: event.members.filter(isPerson), at: time(event.at, now) };
    case 'revoke':
      return isAbout(event, isChat) ? { ...event, at: time(event.at, now) } : undefined;
    case 'reaction':
      if (!isAbout(event, isChat) || !(event.fromUs || isPerson(event.sender))) return undefined;
      return { ...event, emoji: text(event.emoji, 40), at: time(event.at, now) };
    case 'vote':
      if (!isAbout(event, isChat) || !(event.fromUs || isPerson(event.voter))) return undefined;
      return { ...event, options: chosen(event.options), at: time(event.at, now) };
    case 'chat': {
      if (!isChat(event.chat)) return undefined;
      const admitted = { ...event };
      if (event.name !== undefined) admitted.name = text(event.name, longestName);
      if (event.at !== undefined) admitted.at = time(event.at, now);
      if (event.mutedUntil !== undefined) admitted.mutedUntil = whole(event.mutedUntil);
      if (event.unread !== undefined) {
        if (Number.isNaN(event.unread)) delete admitted.unread;
        // -1: marked by hand.
        else admitted.unread = Math.trunc(Math.min(mostUnread, Math.max(-1, event.unread)));
      }
      return admitted;
    }
    case 'contact': {
      if (!isPerson(event.address)) return undefined;
      const admitted = { ...event };
      if (event.name !== undefined) admitted.name = text(event.name, longestName);
      if (event.pushName !== undefined) admitted.pushName = text(event.pushName, longestName);
      return admitted;
    }
    case 'block-list':
      return { ...event, people: event.people.filter(isPerson).slice(0, mostBlocked) };
    case 'address-pair':
      return addressKind(event.lid) === 'lid' && addressKind(event.phone) === 'phone' ? event : undefined;
    case 'picture':
      return isChat(event.of) ? event : undefined;
    case 'presence': {
      if (!isChat(event.chat)) return undefined;
      const { lastSeen, ...admitted } = event;
      // Of a group it would be one member's.
      const isTold = lastSeen !== undefined && event.presence === 'offline' && isPerson(event.chat);
      return isTold && lastSeen > 0
        ? { ...admitted, lastSeen: Math.min(now, time(lastSeen, now)) }
        : admitted;
    }
    case 'session-state': {
      const { at } = event.report;
      return at === undefined ? event : { ...event, report: { ...event.report, at: time(at, now) } };
    }
  }
}

function isAbout(
  event: { messageId: string; chat?: Address },
  isChat: (address: Address) => boolean,
): boolean {
  return usableId(event.messageId) && (event.chat === undefined || isChat(event.chat));
}

function isShown(address: Address, shows: Shows): boolean {
  if (isPerson(address)) return true;
  if (!fits(address)) return false;
  const kind = addressKind(address);
  if (kind === 'channel') return shows.channels;
  // Lists that the number itself writes to are told of in the Chats of those who get it.
  if (kind === 'broadcast') return shows.status && addressUser(address) === 'status';
  return kind === 'group';
}

export function isPerson(address: Address): boolean {
  if (!fits(address)) return false;
  const kind = addressKind(address);
  return kind === 'phone' || kind === 'lid';
}

function fits(address: Address): boolean {
  return typeof address === 'string' && address.length <= 120 && /^[\x21-\x7e]+$/.test(address);
}

function text(value: string, longest: number): string {
  return (value.length > longest ? value.slice(0, longest) : value).toWellFormed();
}

/** One spelling of a choice, in whatever order it is told. */
function chosen(options: readonly string[]): string[] {
  const texts = options.slice(0, mostOptions).map((option) => text(option, longestOption));
  return [...new Set(texts)].filter((option) => option !== '').toSorted();
}

function whole(value: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(0, Math.trunc(value)), 8_640_000_000_000_000) : 0;
}

function time(value: number, now: number): number {
  const at = Number.isFinite(value) ? Math.max(0, Math.trunc(value)) : now;
  return at > now + day ? now : at;
}
