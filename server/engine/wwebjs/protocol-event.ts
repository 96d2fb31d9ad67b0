import { z } from 'zod';
import { messageContent } from '../../contract/content.ts';
import { messageType, type EngineEvent } from '../../contract/engine-event.ts';
import { ack, address, at, withoutUndefined } from '../../engine-child/protocol.ts';

// The facts the child tells, as the parent reads them.

const about = { messageId: z.string(), chat: address.optional(), fromMe: z.boolean().optional() };
const amount = z.int().min(0).optional();

const mediaFacts = z.object({
  mime: z.string(),
  size: amount,
  fileName: z.string().optional(),
  seconds: amount,
  width: amount,
  height: amount,
  waveform: z.string().optional(),
  thumbnail: z.string().optional(),
  sha256: z.string().optional(),
  reference: z.string().optional(),
  gone: z.boolean().optional(),
  animated: z.boolean().optional(),
});

export const event = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    messageId: z.string(),
    chat: address,
    fromMe: z.boolean(),
    sender: address.optional(),
    senderName: z.string().optional(),
    type: messageType,
    body: z.string(),
    at,
    ack: ack.optional(),
    origin: z.enum(['live', 'history']),
    quotedMessageId: z.string().optional(),
    editedAt: at.optional(),
    revoked: z.boolean().optional(),
    content: messageContent.optional(),
    media: mediaFacts.optional(),
    forwarded: z.union([z.literal(1), z.literal(2)]).optional(),
    starred: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('ack'), ...about, ack }),
  z.object({ kind: z.literal('edit'), ...about, body: z.string(), at }),
  z.object({ kind: z.literal('revoke'), ...about, at }),
  z.object({
    kind: z.literal('reaction'),
    ...about,
    sender: address,
    fromUs: z.boolean(),
    emoji: z.string(),
    at,
  }),
  z.object({
    kind: z.literal('vote'),
    ...about,
    voter: address,
    fromUs: z.boolean(),
    options: z.array(z.string()),
    at,
  }),
  z.object({ kind: z.literal('star'), ...about, starred: z.boolean(), at }),
  z.object({ kind: z.literal('receipt'), ...about, member: address, ack, at }),
  z.object({
    kind: z.literal('group'),
    chat: address,
    at,
    subject: z.string().optional(),
    description: z.string().optional(),
    members: z.array(z.object({ address, role: z.enum(['member', 'admin', 'owner']) })).optional(),
  }),
  z.object({
    kind: z.literal('membership'),
    chat: address,
    members: z.array(address),
    role: z.enum(['member', 'admin', 'owner', 'gone']),
    at,
  }),
  z.object({
    kind: z.literal('chat'),
    chat: address,
    name: z.string().optional(),
    unread: z.int().min(-1).optional(),
    pinned: z.boolean().optional(),
    archived: z.boolean().optional(),
    mutedUntil: at.optional(),
    at: at.optional(),
  }),
  z.object({
    kind: z.literal('contact'),
    address,
    name: z.string().optional(),
    pushName: z.string().optional(),
    isBusiness: z.boolean().optional(),
    isMe: z.boolean().optional(),
    blocked: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('block-list'), people: z.array(address) }),
  z.object({ kind: z.literal('address-pair'), lid: address, phone: address }),
  z.object({ kind: z.literal('picture'), of: address }),
]);

/** Reads events one by one: a single unreadable one does not cost the others. */
export function readEvents(raw: unknown[], unreadable: (problem: string) => void): EngineEvent[] {
  return raw.flatMap((value) => {
    const read = event.safeParse(value);
    if (read.success) return [withoutUndefined(read.data) as EngineEvent];
    unreadable(read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
    return [];
  });
}
