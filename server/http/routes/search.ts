import { z } from 'zod';
import { searchAnswer, searchKinds, type SearchKind } from '../../contract/search.ts';
import type { HttpParts } from '../parts.ts';
import { idText, limitText, signedInRoute, type Route } from '../route.ts';

const kindsText = z
  .string()
  .max(60)
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(searchKinds)));

const query = z.object({
  q: z.string().max(500).describe('what was typed so far: words begin so; nothing in it is syntax'),
  in: kindsText
    .optional()
    .describe('of chats, contacts, messages, notes, by comma; all unless said otherwise'),
  inboxId: idText.optional(),
  chatId: idText.optional().describe('Messages and notes of this Chat, and nothing else'),
  before: z.string().max(200).optional(),
  limit: limitText.optional(),
});

/** Chats, Contacts, what is in Messages, and internal notes, in the Inboxes of the asker's Organisation. */
export function searchRoutes({ chat, pictures }: Pick<HttpParts, 'chat' | 'pictures'>): Route[] {
  return [
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/search',
        summary: 'Chats, Contacts, Messages and internal notes by what they say, the newest first',
        query,
        answer: searchAnswer,
      },
      async ({ scope, query: { q, in: kinds, ...rest } }) => {
        const found = await chat.search(scope, {
          text: q,
          kinds: kinds as SearchKind[] | undefined,
          ...rest,
        });
        for (const [inboxId, chats] of Map.groupBy(found.chats, (row) => row.inboxId))
          pictures.look(inboxId, { chats });
        for (const [inboxId, contacts] of Map.groupBy(found.contacts, (row) => row.inboxId))
          pictures.look(inboxId, { contacts: contacts.map(({ id }) => id) });
        return found;
      },
    ),
  ];
}
