import { z } from 'zod';
import { chatWork } from '../../chat/work/index.ts';
import { chat } from '../../contract/wire.ts';
import {
  assign,
  cannedReply,
  cannedReplyChange,
  categoryMove,
  colleague,
  filledReply,
  label,
  labelChange,
  newCannedReply,
  newLabel,
  newNote,
  note,
  noteChange,
  notePage,
  replying,
  viewing,
} from '../../contract/work.ts';
import { sendExport } from '../chat-export.ts';
import type { HttpParts } from '../parts.ts';
import { idText, limitText, signedInRoute, type Route } from '../route.ts';

const chatParams = z.object({ chatId: idText });
const noteParams = z.object({ noteId: idText });
const labelParams = z.object({ labelId: idText });
const chatLabelParams = z.object({ chatId: idText, labelId: idText });
const replyParams = z.object({ cannedReplyId: idText });
const listOf = <T extends z.ZodType>(row: T) => z.object({ list: z.array(row) });

/** What Agents do around a Chat: who looks after it, notes for each other, labels, canned replies, a copy as a file. */
export function workRoutes({ chat: room, replying: replyingNow, viewing: viewingNow }: HttpParts): Route[] {
  const work = chatWork(room);
  return [
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/colleagues',
        summary: 'Agents a Chat may be given to',
        answer: listOf(colleague),
      },
      async ({ scope }) => ({ list: await work.colleagues(scope) }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/chats/:chatId/claim',
        summary: 'Take a Chat that nobody has; of two at once one gets `conflict`, which names who has it',
        params: chatParams,
        body: z.object({}),
        answer: chat,
      },
      ({ scope, params: { chatId } }) => work.claim(scope, chatId),
    ),
    signedInRoute(
      'agent',
      {
        method: 'put',
        path: '/chats/:chatId/assignee',
        summary: 'Give a Chat to an Agent, or to nobody',
        params: chatParams,
        body: assign,
        answer: chat,
      },
      ({ scope, params: { chatId }, body }) => work.assign(scope, chatId, body),
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/chats/:chatId/notes',
        summary: 'Internal notes: the newest page first, oldest first within it',
        params: chatParams,
        query: z.object({ before: z.string().max(200).optional(), limit: limitText.optional() }),
        answer: notePage,
      },
      ({ scope, params: { chatId }, query }) => work.listNotes(scope, chatId, query),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/chats/:chatId/notes',
        summary: 'Write an internal note: never sent; the same client id again is the same note',
        params: chatParams,
        body: newNote,
        answer: note,
        status: 201,
      },
      ({ scope, params: { chatId }, body }) => work.addNote(scope, chatId, body),
    ),
    signedInRoute(
      'agent',
      {
        method: 'patch',
        path: '/notes/:noteId',
        summary: 'Change an internal note: its author, or an admin',
        params: noteParams,
        body: noteChange,
        answer: note,
      },
      ({ scope, principal: { role }, params: { noteId }, body }) =>
        work.editNote({ ...scope, role }, noteId, body),
    ),
    signedInRoute(
      'agent',
      {
        method: 'delete',
        path: '/notes/:noteId',
        summary: 'Delete an internal note: its author, or an admin',
        params: noteParams,
      },
      ({ scope, principal: { role }, params: { noteId } }) => work.deleteNote({ ...scope, role }, noteId),
    ),
    signedInRoute(
      'agent',
      { method: 'get', path: '/labels', summary: 'Labels of the Organisation', answer: listOf(label) },
      async ({ scope }) => ({ list: await work.listLabels(scope) }),
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'post',
        path: '/labels',
        summary: 'Make a label',
        body: newLabel,
        answer: label,
        status: 201,
      },
      ({ scope, body }) => work.createLabel(scope, body),
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'patch',
        path: '/labels/:labelId',
        summary: 'Rename or recolour a label, on every Chat that carries it',
        params: labelParams,
        body: labelChange,
        answer: label,
      },
      ({ scope, params: { labelId }, body }) => work.changeLabel(scope, labelId, body),
    ),
    signedInRoute(
      'agent',
      {
        method: 'put',
        path: '/chats/:chatId/labels/:labelId',
        summary: 'Put a label on a Chat',
        params: chatLabelParams,
        answer: chat,
      },
      ({ scope, params: { chatId, labelId } }) => work.labelChat(scope, chatId, labelId, true),
    ),
    signedInRoute(
      'agent',
      {
        method: 'delete',
        path: '/chats/:chatId/labels/:labelId',
        summary: 'Take a label off a Chat',
        params: chatLabelParams,
        answer: chat,
      },
      ({ scope, params: { chatId, labelId } }) => work.labelChat(scope, chatId, labelId, false),
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/canned-replies',
        summary: 'Canned replies of the Organisation, by shortcut',
        query: z.object({
          category: z.string().max(40).optional().describe('only those in it; empty: those in none'),
        }),
        answer: listOf(cannedReply),
      },
      async ({ scope, query: { category } }) => ({ list: await work.listCannedReplies(scope, category) }),
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'post',
        path: '/canned-replies',
        summary: 'Make a canned reply',
        body: newCannedReply,
        answer: cannedReply,
        status: 201,
      },
      ({ scope, body }) => work.createCannedReply(scope, body),
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'patch',
        path: '/canned-replies/:cannedReplyId',
        summary: 'Change a canned reply',
        params: replyParams,
        body: cannedReplyChange,
        answer: cannedReply,
      },
      ({ scope, params: { cannedReplyId }, body }) => work.changeCannedReply(scope, cannedReplyId, body),
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'put',
        path: '/canned-replies/category',
        summary: 'Rename a category of canned replies, join it with another, or dissolve it',
        body: categoryMove,
      },
      ({ scope, body }) => work.moveCategory(scope, body),
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/chats/:chatId/canned-replies/:cannedReplyId',
        summary: 'A canned reply as it would read in this Chat; nothing is sent',
        params: z.object({ chatId: idText, cannedReplyId: idText }),
        answer: filledReply,
      },
      ({ scope, params: { chatId, cannedReplyId } }) => work.fillCannedReply(scope, chatId, cannedReplyId),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/chats/:chatId/replying',
        summary: 'Tell the colleagues that one is writing an answer; over by itself after 6 s',
        params: chatParams,
        body: z.object({ isReplying: z.boolean().default(true) }),
      },
      async ({ scope, params: { chatId }, body }) => {
        const row = await room.findChat(scope, chatId);
        const me = await work.me(scope);
        const { isReplying } = body;
        replyingNow.say({ inboxId: row.inboxId, chatId: row.id, agent: me, isReplying });
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/chats/:chatId/viewing',
        summary: 'Tell the colleagues that one is looking at a Chat; over by itself after 60 s. Who else is',
        params: chatParams,
        body: z.object({ isViewing: z.boolean().default(true) }),
        answer: listOf(viewing),
      },
      async ({ scope, params: { chatId }, body: { isViewing } }) => {
        const row = await room.findChat(scope, chatId);
        const agent = await work.me(scope);
        viewingNow.say({ inboxId: row.inboxId, chatId: row.id, agent, isViewing });
        const list = viewingNow.list(row.inboxId);
        return { list: list.filter((one) => one.chatId === row.id && one.agent.id !== agent.id) };
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/inboxes/:inboxId/replying',
        summary: 'Who is writing an answer now; for those without a socket',
        params: z.object({ inboxId: idText }),
        answer: listOf(replying),
      },
      async ({ scope, params: { inboxId } }) => {
        await room.findInbox(scope, inboxId);
        return { list: replyingNow.list(inboxId) };
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/chats/:chatId/export',
        summary: 'The whole Chat as a file, oldest first; internal notes only when asked for',
        params: chatParams,
        query: z.object({
          format: z.enum(['json', 'text']).default('json'),
          notes: z.enum(['true', 'false']).default('false'),
        }),
        files: ['application/json', 'text/plain'],
      },
      async ({ scope, params: { chatId }, query: { format, notes }, response, request }) => {
        const how = { format, withNotes: notes === 'true' };
        await sendExport(request, response, await work.exportChat(scope, chatId, how), format);
      },
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'delete',
        path: '/labels/:labelId',
        summary: 'Delete a label and take it off every Chat',
        params: labelParams,
      },
      ({ scope, params: { labelId } }) => work.deleteLabel(scope, labelId),
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'delete',
        path: '/canned-replies/:cannedReplyId',
        summary: 'Delete a canned reply',
        params: replyParams,
      },
      ({ scope, params: { cannedReplyId } }) => work.deleteCannedReply(scope, cannedReplyId),
    ),
  ];
}
