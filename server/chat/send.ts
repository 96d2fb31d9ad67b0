import type { Database } from '../../db/database.ts';
import { addressesOfContact } from '../../db/query/address.ts';
import { readContacts } from '../../db/query/contact.ts';
import { smallDueOf } from '../../db/query/media-small.ts';
import { takeUpload, type UploadRow } from '../../db/query/upload.ts';
import { isUnavailable } from '../../db/portable.ts';
import { findSessionRow } from '../../db/query/inbox.ts';
import { readMessages, readMessagesByClientId } from '../../db/query/message.ts';
import { channels } from '../bus/bus.ts';
import { addressKind, type Address } from '../contract/address.ts';
import type { SendMessage } from '../contract/api.ts';
import type { MessageType } from '../contract/engine-event.ts';
import { usableId } from '../contract/message-reference.ts';
import { Problem } from '../contract/problem.ts';
import type { Message } from '../contract/wire.ts';
import type { Scope } from './chat-room.ts';
import { newCount } from './attempt.ts';
import { inTurn, type Context } from './context.ts';
import { isUnsentId } from './message-key.ts';
import { withLink } from './given-link.ts';
import { addOutgoing } from './outgoing.ts';
import type { OutgoingFile } from './to-write.ts';
import { writeContent } from './content.ts';
import { ownChat, ownInbox } from './read.ts';
import type { Turn } from './turn.ts';
import { wireMessages } from './wire-rows.ts';

/**
 * The one door out: Message and Delivery in one transaction. The same client id again, even at the same moment, is the
 * same row. Problems: `not-found`, `not-supported`, `too-large`, `bad-request`, `upload-not-found`,
 * `unavailable`.
 */
export async function send(
  context: Context,
  scope: Scope,
  chatId: number,
  input: SendMessage,
): Promise<Message> {
  return orUnavailable(async () => {
    const { db } = context;
    const chat = await ownChat(db, scope, chatId);
    const session = await findSessionRow(db, chat.inbox_id);
    const { maxTextLength, linkPreviews } = context.capabilitiesOf(session?.engine ?? 'none');
    if (!session || session.engine === 'none' || maxTextLength === 0) throw new Problem('not-supported');
    const body = input.body.toWellFormed();
    if (body.length > maxTextLength) {
      throw new Problem('too-large', `At most ${maxTextLength} characters`);
    }
    const poll = input.poll;
    if (poll) {
      if (!context.capabilitiesOf(session.engine).vote) throw new Problem('not-supported');
      if (body !== '' || input.uploadId !== undefined || input.mentions?.length)
        throw new Problem('bad-request', 'A poll is sent by itself');
    } else if (body === '' && input.uploadId === undefined)
      throw new Problem('bad-request', 'There is nothing to send');
    const clientId = toClientId(input.clientId);
    if (input.quotedMessageId !== undefined && !usableId(input.quotedMessageId)) {
      throw new Problem('bad-request', 'quotedMessageId is no message id');
    }
    const mentions = await mentionedAddresses(db, chat.inbox_id, input.mentions ?? []);
    const beside = poll ? { poll } : mentions.length > 0 ? { mentions } : {};
    const mayPreview = linkPreviews && !poll && input.uploadId === undefined;
    const link = withLink(body, mayPreview ? input.link : undefined);
    const { value: id } = await inTurn(context, chat.inbox_id, async (turn) => {
      const [known] = await readMessagesByClientId(turn.tx, turn.inboxId, [clientId]);
      if (known) return known.id;
      await turn.loadChats([chat.id]);
      // Joined into another since it was looked up: the next look finds that one.
      const target = turn.chat(chat.id).now.merged_into ?? chat.id;
      await turn.loadChats([target]);
      const upload = await takeFile(turn, scope, input);
      return addOutgoing(turn, {
        chatId: target,
        clientId,
        agentId: scope.agentId,
        type: poll ? 'poll' : (upload?.type ?? 'text'),
        // As the list of chats shows it, and as its echo tells it.
        body: poll ? poll.question : body,
        quotedMessageId: input.quotedMessageId,
        content: writeContent({ ...beside, ...link.content }),
        request: { ...beside, ...link.request },
        file: upload?.file,
      });
    });
    context.bus.publish(channels.delivery, { inboxId: chat.inbox_id });
    return readWire(context, typeof id === 'number' ? id : id.now.id);
  });
}

/** Problems: `bad-request`. */
export function toClientId(clientId: string): string {
  const lower = clientId.toLowerCase();
  if (!/^[0-9a-f-]{36}$/.test(lower)) throw new Problem('bad-request', 'clientId must be a UUID');
  return lower;
}

/** The uploaded file, taken in the transaction that stores the Message. Problems: `upload-not-found`. */
async function takeFile(
  turn: Turn,
  scope: Scope,
  input: SendMessage,
): Promise<{ type: MessageType; file: OutgoingFile } | undefined> {
  if (input.uploadId === undefined) return undefined;
  const { organisationId } = scope;
  const row = await takeUpload(turn.tx, { id: input.uploadId, organisationId, now: turn.now });
  if (!row) throw new Problem('upload-not-found');
  const type = input.as ?? row.kind;
  if (!maySendAs(row, type)) throw new Problem('bad-request', `This file cannot be sent as ${type}`);
  return {
    type,
    file: {
      state: 'stored',
      reason: null,
      attempts: 0,
      due_at: null,
      lease: null,
      mime: row.mime,
      sniffed: row.sniffed,
      size: row.size,
      digest: row.digest,
      claimed_size: null,
      claimed_digest: null,
      file_name: row.file_name,
      width: row.width,
      height: row.height,
      seconds: null,
      animated: 0,
      told_gone: 0,
      waveform: null,
      thumbnail: null,
      reference: null,
      small_due_at: smallDueOf(row.sniffed),
    },
  };
}

/** Anything is a document; otherwise what its bytes are says what it may be. */
function maySendAs(upload: UploadRow, type: UploadRow['kind']): boolean {
  if (type === upload.kind || type === 'document') return true;
  if (type === 'voice') return upload.kind === 'audio';
  if (type === 'audio') return upload.kind === 'voice';
  return type === 'sticker' && upload.sniffed === 'image/webp';
}

/** Contacts → the Addresses WhatsApp is to be given. Problems: `bad-request` for one of another Inbox. */
async function mentionedAddresses(db: Database, inboxId: number, ids: readonly number[]): Promise<Address[]> {
  const found: Address[] = [];
  for (const contact of await readContacts(db, [...new Set(ids)])) {
    if (contact.inbox_id !== inboxId) continue;
    const addresses = (await addressesOfContact(db, contact.id)).map((row) => row.value as Address);
    const address = addresses.find((one) => addressKind(one) === 'phone') ?? addresses[0];
    if (address) found.push(address);
  }
  if (found.length !== new Set(ids).size) throw new Problem('bad-request', 'A mention names nobody');
  return found;
}

/**
 * Problems: `not-found`; `conflict` when the Message is not waiting for the Agent's decision; `not-supported` where nothing
 * can be sent any more.
 */
export async function retry(context: Context, scope: Scope, messageId: number): Promise<Message> {
  const requeue = (turn: Turn, id: number): void => {
    const state = turn.message(id);
    const delivery = turn.deliveries.get(id)?.now;
    if (!state || !delivery || !isUnsentId(state.now.message_id)) throw new Problem('conflict');
    delivery.state = 'queued';
    delivery.attempt = newCount(delivery.attempt);
    delivery.due_at = turn.now;
    delivery.lease_owner = null;
    delivery.lease_until = 0;
    state.now.ack = 0;
    state.now.failure = null;
    state.touched = true;
  };
  return decide(context, scope, messageId, requeue, async (inboxId) => {
    if ((await findSessionRow(context.db, inboxId))?.engine === 'none') throw new Problem('not-supported');
  });
}

/** Problems: `not-found`; `conflict` when the Message is not waiting for the Agent's decision. */
export async function discard(context: Context, scope: Scope, messageId: number): Promise<Message> {
  return decide(context, scope, messageId, (turn, id) => {
    const state = turn.message(id);
    if (!state) throw new Problem('conflict');
    state.now.failure ??= 'discarded';
    turn.deleteDelivery(state);
  });
}

async function decide(
  context: Context,
  scope: Scope,
  messageId: number,
  change: (turn: Turn, id: number) => void,
  check?: (inboxId: number) => Promise<void>,
): Promise<Message> {
  return orUnavailable(async () => {
    const [row] = Number.isSafeInteger(messageId) ? await readMessages(context.db, [messageId]) : [];
    if (!row) throw new Problem('not-found');
    await ownInbox(context.db, scope, row.inbox_id);
    await check?.(row.inbox_id);
    await inTurn(context, row.inbox_id, async (turn) => {
      await turn.loadMessages([messageId]);
      await turn.loadDeliveries([messageId]);
      const state = turn.deliveries.get(messageId)?.now.state;
      if (state !== 'failed' && state !== 'uncertain') throw new Problem('conflict');
      change(turn, messageId);
    });
    context.bus.publish(channels.delivery, { inboxId: row.inbox_id });
    return readWire(context, messageId);
  });
}

export async function readWire(context: Context, id: number): Promise<Message> {
  const [message] = await wireMessages(context.db, await readMessages(context.db, [id]));
  if (!message) throw new Problem('not-found');
  return message;
}

export async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) && isUnavailable(error)) {
      throw new Problem('unavailable', undefined, { retryAfter: 2 });
    }
    throw error;
  }
}
