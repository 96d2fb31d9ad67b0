import { findSessionRow } from '../../db/query/inbox.ts';
import { readMediaOf } from '../../db/query/media.ts';
import type { MediaRow } from '../../db/query/media-facts.ts';
import { readMessages, readMessagesByClientId } from '../../db/query/message.ts';
import { channels } from '../bus/bus.ts';
import type { ForwardMessage } from '../contract/api.ts';
import { Problem } from '../contract/problem.ts';
import type { Message } from '../contract/wire.ts';
import type { Scope } from './chat-room.ts';
import { inTurn, type Context } from './context.ts';
import { isUnsentId } from './message-key.ts';
import { addOutgoing } from './outgoing.ts';
import type { OutgoingFile } from './to-write.ts';
import { ownChat, ownInbox } from './read.ts';
import { orUnavailable, toClientId } from './send.ts';
import { findTarget } from './target.ts';
import { wireMessages } from './wire-rows.ts';

/**
 * Passes a Message on to other Chats of its Inbox: a Message and a Delivery for each, all in one transaction. The same
 * client ids again are the same rows. Problems: `not-found`, `not-supported`, `bad-request`, `conflict` (not sent yet,
 * or taken back), `unavailable`.
 */
export async function forward(
  context: Context,
  scope: Scope,
  messageId: number,
  input: ForwardMessage,
): Promise<Message[]> {
  return orUnavailable(async () => {
    const { db } = context;
    const { row: source, handle } = await findTarget(db, scope, messageId);
    if (isUnsentId(source.message_id) || source.revoked_at !== null) throw new Problem('conflict');
    await ownInbox(db, scope, source.inbox_id);
    const session = await findSessionRow(db, source.inbox_id);
    if (!context.capabilitiesOf(session?.engine ?? 'none').forward) throw new Problem('not-supported');
    const wanted = input.to.map(({ chatId, clientId }) => ({ chatId, clientId: toClientId(clientId) }));
    for (const { chatId } of wanted) {
      const chat = await ownChat(db, scope, chatId);
      if (chat.inbox_id !== source.inbox_id) throw new Problem('bad-request', 'Chats of one number only');
    }
    const media = (await readMediaOf(db, [source.id])).get(source.id);
    const { value: states } = await inTurn(context, source.inbox_id, async (turn) => {
      const known = await readMessagesByClientId(
        turn.tx,
        turn.inboxId,
        wanted.map(({ clientId }) => clientId),
      );
      await turn.loadChats(wanted.map(({ chatId }) => chatId));
      const standing = wanted.map(({ chatId }) => turn.chat(chatId).now.merged_into ?? chatId);
      await turn.loadChats(standing);
      return wanted.map(({ clientId }, n) => {
        const row = known.find((one) => one.client_id === clientId);
        if (row) return { now: row };
        return addOutgoing(turn, {
          chatId: standing[n]!,
          clientId,
          agentId: scope.agentId,
          type: source.type,
          body: source.body,
          content: source.content,
          forwarded: Math.max(1, source.forwarded),
          request: { forward: handle },
          file: media && copyOf(media, turn.now),
        });
      });
    });
    context.bus.publish(channels.delivery, { inboxId: source.inbox_id });
    const ids = states.map(({ now }) => now.id);
    const rows = await wireMessages(db, await readMessages(db, ids));
    return ids.flatMap((id) => rows.find((row) => row.id === id) ?? []);
  });
}

/** The same file, for another Message: what is stored is stored, what is not is fetched for this one too. */
function copyOf(media: MediaRow, now: number): OutgoingFile {
  const { id: _, inbox_id: __, message: ___, seq: ____, ...file } = media;
  if (file.state === 'stored' || file.state === 'gone') return file;
  return { ...file, state: 'remote', attempts: 0, lease: null, due_at: now };
}
