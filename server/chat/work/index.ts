import { findAgent, listAgents } from '../../../db/query/agent.ts';
import type { Chat, Role } from '../../contract/wire.ts';
import type {
  Assign,
  CannedReply,
  CannedReplyChange,
  Colleague,
  CrmLink,
  Label,
  LabelColour,
  NewCannedReply,
  Note,
  NotePage,
} from '../../contract/work.ts';
import type { ChatRoom, Page, Scope } from '../chat-room.ts';
import { contextOf } from '../contexts.ts';
import { orUnavailable } from '../send.ts';
import { assignChat, claimChat } from './assign.ts';
import * as replies from './canned-replies.ts';
import * as crm from './crm-links.ts';
import { exportChat, type ChatExport, type ExportFormat } from './export.ts';
import * as labels from './labels.ts';
import * as notes from './notes.ts';

export { replyingNow, viewingNow, type AgentsNow } from './agents-now.ts';
export type { ChatExport, ExportFormat } from './export.ts';

/** What Agents do around a Chat. Expected refusals are thrown as Problems. */
export interface ChatWork {
  /** Who may be given a Chat: the Agents of the Organisation that may sign in. */
  colleagues(scope: Scope): Promise<Colleague[]>;
  /** The caller as the colleagues see them. */
  me(scope: Scope): Promise<Colleague>;
  claim(scope: Scope, chatId: number): Promise<Chat>;
  assign(scope: Scope, chatId: number, input: Assign): Promise<Chat>;
  listNotes(scope: Scope, chatId: number, page: Page): Promise<NotePage>;
  addNote(
    scope: Scope,
    chatId: number,
    input: { clientId: string; body: string; mentions?: readonly number[] },
  ): Promise<Note>;
  editNote(
    asker: Scope & { role: Role },
    noteId: number,
    input: { body: string; mentions?: readonly number[] | undefined },
  ): Promise<Note>;
  deleteNote(asker: Scope & { role: Role }, noteId: number): Promise<void>;
  listLabels(scope: Scope): Promise<Label[]>;
  createLabel(scope: Scope, input: { name: string; colour: LabelColour }): Promise<Label>;
  changeLabel(
    scope: Scope,
    labelId: number,
    change: { name?: string | undefined; colour?: LabelColour | undefined },
  ): Promise<Label>;
  deleteLabel(scope: Scope, labelId: number): Promise<void>;
  labelChat(scope: Scope, chatId: number, labelId: number, isOn: boolean): Promise<Chat>;
  listCannedReplies(scope: Scope, category?: string): Promise<CannedReply[]>;
  createCannedReply(scope: Scope, input: NewCannedReply): Promise<CannedReply>;
  changeCannedReply(scope: Scope, id: number, change: CannedReplyChange): Promise<CannedReply>;
  deleteCannedReply(scope: Scope, id: number): Promise<void>;
  moveCategory(scope: Scope, move: { from: string; to: string }): Promise<void>;
  fillCannedReply(scope: Scope, chatId: number, id: number): Promise<{ text: string; missing: string[] }>;
  /** Which record of the CRM the person of a Chat is. */
  crmLink(scope: Scope, chatId: number): Promise<CrmLink | null>;
  crmLinks(scope: Scope): Promise<(CrmLink & { phone: string })[]>;
  linkCrm(scope: Scope, chatId: number, record: Omit<CrmLink, 'at'>): Promise<CrmLink>;
  unlinkCrm(scope: Scope, chatId: number): Promise<void>;
  exportChat(
    scope: Scope,
    chatId: number,
    how: { format: ExportFormat; withNotes: boolean },
  ): Promise<ChatExport>;
}

export function chatWork(room: ChatRoom): ChatWork {
  const context = contextOf(room);
  return {
    colleagues: (scope) =>
      orUnavailable(async () =>
        (await listAgents(context.db, scope.organisationId))
          .filter((row) => row.disabled_at === 0)
          .map(({ id, name }) => ({ id, name })),
      ),
    me: (scope) =>
      orUnavailable(async () => ({
        id: scope.agentId,
        name: (await findAgent(context.db, scope.organisationId, scope.agentId))?.name ?? '',
      })),
    claim: (scope, chatId) => claimChat(context, scope, chatId),
    assign: (scope, chatId, input) => assignChat(context, scope, chatId, input),
    listNotes: (scope, chatId, page) => notes.listNotes(context, scope, chatId, page),
    addNote: (scope, chatId, input) => notes.addNote(context, scope, chatId, input),
    editNote: (asker, noteId, input) => notes.editNote(context, asker, noteId, input),
    deleteNote: (asker, noteId) => notes.deleteNote(context, asker, noteId),
    listLabels: (scope) => labels.listLabels(context, scope),
    createLabel: (scope, input) => labels.createLabel(context, scope, input),
    changeLabel: (scope, labelId, change) => labels.changeLabel(context, scope, labelId, change),
    deleteLabel: (scope, labelId) => labels.deleteLabel(context, scope, labelId),
    labelChat: (scope, chatId, labelId, isOn) => labels.labelChat(context, scope, chatId, labelId, isOn),
    listCannedReplies: (scope, category) => replies.listCannedReplies(context, scope, category),
    createCannedReply: (scope, input) => replies.createCannedReply(context, scope, input),
    changeCannedReply: (scope, id, change) => replies.changeCannedReply(context, scope, id, change),
    deleteCannedReply: (scope, id) => replies.deleteCannedReply(context, scope, id),
    moveCategory: (scope, move) => replies.moveCategory(context, scope, move),
    fillCannedReply: (scope, chatId, id) => replies.fillCannedReply(context, scope, chatId, id),
    crmLink: (scope, chatId) => crm.findLink(context, scope, chatId),
    crmLinks: (scope) => crm.listLinks(context, scope),
    linkCrm: (scope, chatId, record) => crm.putLink(context, scope, chatId, record),
    unlinkCrm: (scope, chatId) => crm.dropLink(context, scope, chatId),
    exportChat: (scope, chatId, how) => orUnavailable(() => exportChat(context, scope, chatId, how)),
  };
}
