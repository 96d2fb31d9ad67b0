import type { ChatCounts, SignedIn } from '../../../server/contract/api.ts';
import type {
  Changes,
  ChangedRows,
  Chat,
  Contact,
  Inbox,
  InboxName,
  Message,
  Position,
  Push,
  Session,
} from '../../../server/contract/wire.ts';
import type { Note } from '../../../server/contract/work.ts';

/**
 * Small guards for what comes over the wire: the schemas of the contract would weigh more than the whole link. A guard
 * looks at what would break us; words from closed lists are taken as text, so a newer server does not lose its rows.
 */
export type Guard<T> = (value: unknown) => value is T;

const number: Guard<number> = (value): value is number => typeof value === 'number';
const text: Guard<string> = (value): value is string => typeof value === 'string';
const flag: Guard<boolean> = (value): value is boolean => typeof value === 'boolean';
const orNull =
  <T>(guard: Guard<T>): Guard<T | null> =>
  (value): value is T | null =>
    value === null || guard(value);

/** Every named field passes its guard; further fields are let through. */
function shape<T>(fields: Record<string, Guard<unknown>>): Guard<T> {
  const entries = Object.entries(fields);
  return (value): value is T =>
    value !== null &&
    typeof value === 'object' &&
    entries.every(([name, guard]) => guard((value as Record<string, unknown>)[name]));
}

const array: Guard<unknown[]> = Array.isArray;
const row = { id: number, inboxId: number, seq: number, mergedInto: orNull(number) };

export const isChat = shape<Chat>({
  ...row,
  kind: text,
  name: text,
  phone: orNull(text),
  unread: number,
  pinned: flag,
  archived: flag,
  mutedUntil: number,
  last: orNull(shape({ body: text, type: text, at: number, fromMe: flag, ack: number, revoked: flag })),
});
export const isCounts = shape<ChatCounts>({
  inboxId: number,
  all: number,
  unread: number,
  mine: number,
  nobody: number,
  groups: number,
  archived: number,
  messages: number,
});
export const isMessage = shape<Message>({
  ...row,
  chatId: number,
  clientId: orNull(text),
  fromMe: flag,
  type: text,
  body: text,
  at: number,
  ack: number,
  delivery: orNull(text),
  failure: orNull(text),
  reactions: array,
  sender: orNull(shape({ contactId: number, name: text, phone: orNull(text) })),
});
export const isContact = shape<Contact>({
  ...row,
  name: text,
  pushName: text,
  phone: orNull(text),
  isMe: flag,
});
export const isNote = shape<Note>({
  id: number,
  inboxId: number,
  chatId: number,
  seq: number,
  clientId: text,
  author: shape({ id: number, name: text }),
  body: text,
  at: number,
  editedAt: orNull(number),
  deleted: flag,
  mentions: array,
});
export const isSession = shape<Session>({
  inboxId: number,
  seq: number,
  state: text,
  code: text,
  action: text,
  since: number,
  me: orNull(shape({ phone: text, name: text })),
  pairing: orNull(shape({ kind: text, issuedAt: number, expiresAt: number, turn: number })),
  capabilities: shape({ pairing: array }),
});
const isInboxName = shape<InboxName>({ id: number, name: text, seq: number });
export const isInbox = shape<Inbox>({
  id: number,
  name: text,
  seq: number,
  cursor: number,
  era: text,
  session: isSession,
});
export const isSignedIn = shape<SignedIn>({
  agent: shape({ id: number, email: text, name: text, role: text, locale: text }),
  organisation: shape({ id: number, name: text }),
  token: orNull(text),
  csrf: orNull(text),
});
export const isTicket = shape<{ ticket: string; expiresAt: number }>({ ticket: text, expiresAt: number });
export const isPairing = shape<PairingCode>({
  kind: text,
  value: text,
  issuedAt: number,
  expiresAt: number,
  turn: number,
});

/** The answer of `…/session/pairing`. */
export interface PairingCode {
  kind: 'qr' | 'code';
  value: string;
  issuedAt: number;
  expiresAt: number;
  turn: number;
}

/** Keeps the rows that are sound. One bad row must not cost its neighbours. */
export function keep<T>(value: unknown, guard: Guard<T>): T[] {
  return Array.isArray(value) ? value.filter(guard) : [];
}

/** Reads `{ list, next, cursor }`. */
export function toPage<T>(value: unknown, guard: Guard<T>): Page<T> {
  const page = record(value);
  return {
    list: keep(page['list'], guard),
    next: text(page['next']) ? page['next'] : null,
    cursor: number(page['cursor']) ? page['cursor'] : 0,
  };
}
export interface Page<T> {
  list: T[];
  next: string | null;
  cursor: number;
}

export function toRows(value: unknown): ChangedRows {
  const rows = record(value);
  const { inbox } = rows;
  return {
    chats: keep(rows['chats'], isChat),
    messages: keep(rows['messages'], isMessage),
    contacts: keep(rows['contacts'], isContact),
    notes: keep(rows['notes'], isNote),
    session: isSession(rows['session']) ? rows['session'] : null,
    ...(isInboxName(inbox) && { inbox }),
  };
}

/** Where somebody has followed an Inbox to. */
export const isPosition = shape<Position>({ seq: number, era: text });
const isPush = shape<Push>({ inboxId: number, seq: number, era: text });

export function toPush(value: unknown): Push | undefined {
  return isPush(value) ? { ...value, rows: value.rows ? toRows(value.rows) : null } : undefined;
}

export function toChanges(value: unknown): Changes[] {
  return keep(
    record(value)['inboxes'],
    shape<Changes>({ inboxId: number, cursor: number, era: text, more: flag, reset: flag }),
  ).map((changes) => ({ ...changes, ...toRows(changes) }));
}

export function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}
