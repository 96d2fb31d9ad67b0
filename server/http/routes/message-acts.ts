import { z } from 'zod';
import type { Address } from '../../contract/address.ts';
import { forwardMessage, messageInfo } from '../../contract/api.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import { Problem } from '../../contract/problem.ts';
import { chat, message } from '../../contract/wire.ts';
import type { Target, Scope } from '../../chat/chat-room.ts';
import type { Act } from '../../session/sessions.ts';
import type { HttpParts } from '../parts.ts';
import { idText, signedInRoute, type Route } from '../route.ts';

const params = z.object({ messageId: idText });
/** WhatsApp lets a text be changed for a quarter of an hour. */
const editableMs = 15 * 60_000;

/** What an Agent does to a Message that stands: on WhatsApp first, then here. */
export function messageActRoutes(parts: HttpParts): Route[] {
  const { chat: room, sessions, clock } = parts;

  /** WhatsApp's yes makes it a fact like any other, so that nobody waits for its echo. */
  async function act(scope: Scope, id: number, run: (target: Target) => { act: Act; fact: EngineEvent }) {
    const target = await room.findTarget(scope, id);
    if (target.isUnsent || target.isRevoked) throw new Problem('conflict');
    const { act: carry, fact } = run(target);
    await sessions.act(target.inboxId, carry);
    await room.receive(target.inboxId, [fact], 'engine');
    return room.findMessage(scope, id);
  }
  /** An API key is nobody's. */
  const by = ({ agentId }: Scope) => (agentId ? { agentId } : {});
  const about = ({ handle }: Target) => ({
    messageId: handle.messageId,
    chat: handle.chat,
    fromMe: handle.fromMe,
  });

  return [
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/messages/:messageId/edit',
        summary: 'Change the text of a Message of ours, within 15 minutes',
        params,
        body: z.object({ body: z.string().min(1).max(65_536) }),
        answer: message,
      },
      ({ scope, params: { messageId }, body }) =>
        act(scope, messageId, (target) => {
          if (!target.handle.fromMe || target.type !== 'text') throw new Problem('not-supported');
          if (clock.now() - target.at > editableMs) throw new Problem('too-late');
          const text = body.body.toWellFormed();
          return {
            act: (session, signal) => session.edit?.(target.handle, text, signal),
            fact: { kind: 'edit', ...about(target), body: text, at: clock.now(), ...by(scope) },
          };
        }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/messages/:messageId/revoke',
        summary: 'Take a Message of ours back for everyone',
        params,
        body: z.object({}),
        answer: message,
      },
      ({ scope, params: { messageId } }) =>
        act(scope, messageId, (target) => {
          if (!target.handle.fromMe) throw new Problem('not-supported');
          return {
            act: (session, signal) => session.revoke?.(target.handle, signal),
            fact: { kind: 'revoke', ...about(target), at: clock.now() },
          };
        }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/messages/:messageId/react',
        summary: 'React to a Message; an empty text takes the reaction back',
        params,
        body: z.object({ emoji: z.string().max(32) }),
        answer: message,
      },
      ({ scope, params: { messageId }, body }) =>
        act(scope, messageId, (target) => ({
          act: (session, signal) => session.react?.(target.handle, body.emoji, signal),
          fact: {
            kind: 'reaction',
            ...about(target),
            // Ours: who we are does not matter to the merge.
            sender: target.handle.chat,
            fromUs: true,
            emoji: body.emoji,
            at: clock.now(),
          },
        })),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/messages/:messageId/vote',
        summary: 'Choose in a poll: exactly these of its options; none takes the choice back',
        params,
        body: z.object({ options: z.array(z.string().min(1).max(1_000)).max(50) }),
        answer: message,
      },
      async ({ scope, params: { messageId }, body }) => {
        const { content } = await room.findMessage(scope, messageId);
        const options = [...new Set(body.options)];
        const poll = content?.poll;
        if (!poll) throw new Problem('not-supported');
        if (options.some((option) => !poll.options.includes(option)))
          throw new Problem('bad-request', 'The poll has no such option');
        if (poll.several === false && options.length > 1) throw new Problem('bad-request', 'One option only');
        return act(scope, messageId, (target) => ({
          act: (session, signal) => session.vote?.(target.handle, options, signal),
          fact: {
            kind: 'vote',
            ...about(target),
            voter: target.handle.chat,
            fromUs: true,
            options,
            at: clock.now(),
          },
        }));
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/messages/:messageId/join',
        summary: 'Come into the group that a Message invites to; if we are in it already, its Chat',
        params,
        body: z.object({}),
        answer: chat,
      },
      async ({ scope, params: { messageId } }) => {
        const { content, named, revokedAt, fromMe } = await room.findMessage(scope, messageId);
        const invitation = content?.invitation;
        if (!invitation || fromMe || revokedAt !== null) throw new Problem('not-supported');
        const known = named.find(({ address }) => address === invitation.group)?.chatId;
        if (known) return room.findChat(scope, known);
        if (invitation.until !== undefined && invitation.until <= clock.now()) throw new Problem('too-late');
        const group = invitation.group as Address;
        const { inboxId, handle } = await room.findTarget(scope, messageId);
        await sessions.act(inboxId, (session, signal) => session.join?.(handle, signal));
        // Its people come with the engine's own word.
        const fact = { kind: 'chat', chat: group, ...(invitation.name ? { name: invitation.name } : {}) };
        await room.receive(inboxId, [fact as EngineEvent], 'engine');
        const chatId = await room.chatOfAddress(inboxId, group);
        if (chatId === undefined) throw new Problem('not-found');
        return room.findChat(scope, chatId);
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/messages/:messageId/star',
        summary: 'Mark a Message with a star, or take it away',
        params,
        body: z.object({ starred: z.boolean() }),
        answer: message,
      },
      ({ scope, params: { messageId }, body: { starred } }) =>
        act(scope, messageId, (target) => ({
          act: (session, signal) => session.star?.(target.handle, starred, signal),
          fact: { kind: 'star', ...about(target), starred, at: clock.now() },
        })),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/messages/:messageId/forward',
        summary: 'Pass a Message on to other Chats of its number',
        params,
        body: forwardMessage,
        answer: z.object({ list: z.array(message) }),
        status: 202,
      },
      async ({ scope, params: { messageId }, body }) => ({
        list: await room.forward(scope, messageId, body),
      }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/messages/:messageId/info',
        summary: 'Whom a Message of ours has reached, and when; what an edited one said before',
        params,
        answer: messageInfo,
      },
      ({ scope, params: { messageId } }) => room.messageInfo(scope, messageId),
    ),
  ];
}
