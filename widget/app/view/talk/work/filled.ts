import { fillReply } from '../../../../../server/contract/fill-reply.ts';
import type { Chat } from '../../../../../server/contract/wire.ts';
import type { Model } from '../../../model/model.ts';
import type { CannedReply } from '../../../model/work.ts';

/**
 * The text of a canned reply in this Chat, and which of its variables have nothing to say. `crm.name`, `crm.kind` and
 * `crm.<what a fact is called>` come from the record that stands for the person; where several might, from none.
 */
export function filled(
  model: Model,
  reply: CannedReply,
  chat: Chat,
  inbox: string,
): { text: string; missing: string[] } {
  const phone = chat.phone === null ? null : `+${chat.phone}`;
  const { records } = model.crm.match(chat);
  const record = records.length === 1 ? records[0] : undefined;
  const facts = (record?.facts ?? []).map(({ label, value }) => [`crm.${label.toLowerCase()}`, value]);
  return fillReply(
    reply.body,
    {
      ...Object.fromEntries(facts),
      ...(record && { 'crm.name': record.name, 'crm.kind': record.entityType }),
      // Without a name we show the number; nobody is greeted by it.
      'contact.name': chat.name === phone ? null : chat.name,
      'contact.phone': phone,
      'agent.name': model.me.peek()?.agent.name ?? null,
      'inbox.name': inbox,
    },
    true,
  );
}
