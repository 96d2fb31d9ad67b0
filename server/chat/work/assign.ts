import { findAgent } from '../../../db/query/agent.ts';
import type { Chat } from '../../contract/wire.ts';
import type { Assign } from '../../contract/work.ts';
import { Problem } from '../../contract/problem.ts';
import type { Scope } from '../chat-room.ts';
import type { Context } from '../context.ts';
import { findChat } from '../read.ts';
import { orUnavailable } from '../send.ts';
import { inChatTurn } from './chat-turn.ts';
import { agentsById } from './wire-work.ts';

/**
 * The caller takes a Chat that nobody has; theirs already: nothing happens. Compare-and-set in the Inbox's turn: of two
 * who claim at once one wins. Problems: `not-found`, `conflict` (its detail names who has it), `unavailable`.
 */
export async function claimChat(context: Context, scope: Scope, chatId: number): Promise<Chat> {
  return setAssignee(context, scope, chatId, { agentId: scope.agentId, expected: null });
}

/** Problems: `not-found` (also an Agent who may not sign in), `conflict` (somebody else has it than expected). */
export async function assignChat(
  context: Context,
  scope: Scope,
  chatId: number,
  input: Assign,
): Promise<Chat> {
  if (input.agentId !== null) {
    const { agentId } = input;
    const agent = await orUnavailable(() => findAgent(context.db, scope.organisationId, agentId));
    if (!agent || agent.disabled_at !== 0) throw new Problem('not-found');
  }
  return setAssignee(context, scope, chatId, input);
}

async function setAssignee(context: Context, scope: Scope, chatId: number, wanted: Assign): Promise<Chat> {
  return orUnavailable(async () => {
    const { id, refusedFor } = await inChatTurn(context, scope, chatId, async (turn, chat) => {
      const has = chat.assignee_id;
      if (has === wanted.agentId) return undefined;
      if (wanted.expected !== undefined && has !== wanted.expected) return { has };
      chat.assignee_id = wanted.agentId;
      // Two words in one millisecond: the later one still counts as later.
      chat.assigned_at = Math.max(turn.now, chat.assigned_at + 1);
      return undefined;
    }).then(({ id, value }) => ({ id, refusedFor: value }));
    if (refusedFor) {
      const { has } = refusedFor;
      const name = has === null ? '' : (await agentsById(context.db, [has])).get(has);
      throw new Problem(
        'conflict',
        has === null ? 'Nobody has this Chat' : `${name || 'Somebody else'} has it`,
      );
    }
    return findChat(context.db, scope, id);
  });
}
