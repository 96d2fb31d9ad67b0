import type { MessageContent } from './content.ts';
import type { MembershipEvent } from './engine-event.ts';

type GroupChange = NonNullable<MessageContent['system']>['what'];

/** What happened in a group, by WhatsApp's word for it. */
export const groupChanges: Record<string, { what: GroupChange; role?: MembershipEvent['role'] }> = {
  create: { what: 'created' },
  add: { what: 'added', role: 'member' },
  invite: { what: 'joined', role: 'member' },
  linked_group_join: { what: 'joined', role: 'member' },
  v4_add_invite_join: { what: 'joined', role: 'member' },
  remove: { what: 'removed', role: 'gone' },
  leave: { what: 'left', role: 'gone' },
  promote: { what: 'promoted', role: 'admin' },
  demote: { what: 'demoted', role: 'member' },
  modify: { what: 'number-changed' },
  subject: { what: 'subject' },
  description: { what: 'description' },
  desc: { what: 'description' },
  picture: { what: 'picture' },
  ephemeral: { what: 'disappearing' },
};
