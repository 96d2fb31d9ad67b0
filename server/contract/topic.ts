/** Every topic and realm the server publishes and a client subscribes, spelled once. */
export const realm = 'chatdock';

/** WAMP v2: the changed rows of one Inbox (a {@link Push}). */
export const inboxTopic = (inboxId: number): string => `chatdock.inbox.${inboxId}`;

/**
 * WAMP v2: which Agents are writing an answer in an Inbox (a {@link Replying}), or looking at a Chat of it (a
 * {@link Viewing}); stored nowhere, may be lost.
 */
export const replyingTopic = (inboxId: number): string => `${inboxTopic(inboxId)}.replying`;

/** WAMP v2: what the other sides of an Inbox's Chats are doing (a {@link Presence}); stored nowhere, may be lost. */
export const presenceTopic = (inboxId: number): string => `${inboxTopic(inboxId)}.presence`;

/** WAMP v1, the seed's contract: events of the Inboxes the Agent may see ({@link EspoEvent}). */
export const espoTopic = 'WhatsApp';

const espoChat = 'whatsapp.message.';

/** The seed's other topic: the same events, those of one Chat. `chat` is its WhatsApp Address, as `getChats` tells it. */
export const espoTopicOf = (chat: string): string => espoChat + chat;

/** What stands for the Chat in a topic of {@link espoTopicOf}; `undefined` for any other topic. */
export function espoChatIn(topic: string): string | undefined {
  return topic.startsWith(espoChat) ? topic.slice(espoChat.length) : undefined;
}

/** The Inbox a topic is about; `undefined` for any other topic. Exact: no prefix, no leading zero. */
export function inboxOfTopic(topic: string): number | undefined {
  const match = /^chatdock\.inbox\.([1-9]\d{0,14})$/.exec(topic);
  return match ? Number(match[1]) : undefined;
}

/** The same for {@link replyingTopic} and {@link presenceTopic}. */
export function inboxOfPassingTopic(topic: string): number | undefined {
  const end = /\.(replying|presence)$/.exec(topic)?.index;
  return end === undefined ? undefined : inboxOfTopic(topic.slice(0, end));
}

export const subprotocols = { v2: 'wamp.2.json', v1: 'wamp' } as const;
