import { isUniqueViolation } from '../../../db/portable.ts';
import {
  chatsOfLabel,
  deleteLabel as deleteRow,
  findLabel,
  inboxesOfLabel,
  insertLabel,
  listLabels as listRows,
  updateLabel,
  writeChatLabels,
} from '../../../db/query/label.ts';
import type { Chat } from '../../contract/wire.ts';
import type { Label, LabelColour } from '../../contract/work.ts';
import { Problem } from '../../contract/problem.ts';
import type { Scope } from '../chat-room.ts';
import { inTurn, type Context } from '../context.ts';
import { findChat } from '../read.ts';
import { orUnavailable } from '../send.ts';
import { inChatTurn } from './chat-turn.ts';
import { readLabelIds, writeLabelIds } from './label-ids.ts';
import { wireLabel } from './wire-work.ts';

const mostLabels = 100;
const mostPerChat = 20;
/** How many Chats of a label that has changed share one turn. */
const bulk = 200;

export async function listLabels({ db }: Context, scope: Scope): Promise<Label[]> {
  return orUnavailable(async () => (await listRows(db, scope.organisationId)).map(wireLabel));
}

/** Problems: `conflict` (there is one of this name, whatever its case; or 100 of them). */
export async function createLabel(
  { db }: Context,
  scope: Scope,
  input: { name: string; colour: LabelColour },
): Promise<Label> {
  return orUnavailable(async () => {
    if ((await listRows(db, scope.organisationId)).length >= mostLabels) {
      throw new Problem('conflict', `There are ${mostLabels} labels already`);
    }
    const row = { organisation_id: scope.organisationId, name_key: input.name.toLowerCase(), ...input };
    return taken(async () => ({ ...input, id: await insertLabel(db, row) }));
  });
}

/** What it is called and its colour go out to every Chat that carries it. Problems: `not-found`, `conflict`. */
export async function changeLabel(
  context: Context,
  scope: Scope,
  labelId: number,
  change: { name?: string | undefined; colour?: LabelColour | undefined },
): Promise<Label> {
  return orUnavailable(async () => {
    const row = await findLabel(context.db, scope.organisationId, labelId);
    if (!row) throw new Problem('not-found');
    const patch = {
      ...(change.name === undefined ? {} : { name: change.name, name_key: change.name.toLowerCase() }),
      ...(change.colour === undefined ? {} : { colour: change.colour }),
    };
    await taken(() => updateLabel(context.db, labelId, patch));
    await tellChats(context, labelId, false);
    return wireLabel({ ...row, ...patch });
  });
}

/** Takes it off every Chat. Problems: `not-found`. */
export async function deleteLabel(context: Context, scope: Scope, labelId: number): Promise<void> {
  await orUnavailable(async () => {
    if (!(await findLabel(context.db, scope.organisationId, labelId))) throw new Problem('not-found');
    // First the label: from here on nobody sees it, and who puts it on a Chat meanwhile puts on nothing.
    await deleteRow(context.db, labelId);
    await tellChats(context, labelId, true);
  });
}

/** Puts a label on a Chat or takes it off; as it is already: nothing happens. Problems: `not-found`, `conflict`. */
export async function labelChat(
  context: Context,
  scope: Scope,
  chatId: number,
  labelId: number,
  isOn: boolean,
): Promise<Chat> {
  return orUnavailable(async () => {
    if (!(await findLabel(context.db, scope.organisationId, labelId))) throw new Problem('not-found');
    const { id } = await inChatTurn(context, scope, chatId, async (turn, chat) => {
      const ids = readLabelIds(chat.label_ids);
      if (ids.includes(labelId) === isOn) return;
      if (isOn && ids.length >= mostPerChat) {
        throw new Problem('conflict', `A Chat has at most ${mostPerChat} labels`);
      }
      const next = isOn ? [...ids, labelId] : ids.filter((one) => one !== labelId);
      chat.label_ids = writeLabelIds(next);
      await writeChatLabels(turn.tx, { id: chat.id, inboxId: turn.inboxId }, readLabelIds(chat.label_ids));
    });
    return findChat(context.db, scope, id);
  });
}

/** Every Chat under the label takes a new number, some at a time so that live traffic gets its turns. */
async function tellChats(context: Context, labelId: number, isGone: boolean): Promise<void> {
  for (const inboxId of await inboxesOfLabel(context.db, labelId)) {
    for (let after = 0; ;) {
      const { value: ids } = await inTurn(context, inboxId, async (turn) => {
        const ids = await chatsOfLabel(turn.tx, { labelId, inboxId, after, limit: bulk });
        await turn.loadChats(ids);
        for (const id of ids) {
          const { now } = turn.chat(id);
          now.seq = turn.seq;
          if (!isGone) continue;
          const rest = readLabelIds(now.label_ids).filter((one) => one !== labelId);
          now.label_ids = writeLabelIds(rest);
          await writeChatLabels(turn.tx, { id, inboxId }, rest);
        }
        return ids;
      });
      if (ids.length < bulk) break;
      after = ids.at(-1)!;
    }
  }
}

async function taken<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isUniqueViolation(error)) throw new Problem('conflict', 'There is a label of this name');
    throw error;
  }
}
