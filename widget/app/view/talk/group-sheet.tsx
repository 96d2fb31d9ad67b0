import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Chat } from '../../../../server/contract/wire.ts';
import type { Member } from '../../model/talk.ts';
import { hasText, t } from '../../text/text.ts';
import { phoneText } from '../phone-text.ts';
import { Avatar, Spinner } from '../parts.tsx';
import { Portrait } from '../portrait.tsx';
import { RichText } from '../rich-text.tsx';
import { useRoom } from '../shell.ts';
import { InviteLink } from './invite-link.tsx';
import { Sheet } from './sheet.tsx';

/** Who is in a group, what they may do, and what the group says of itself. */
export function GroupSheet({ chat, onClose }: { chat: Chat; onClose: () => void }): JSX.Element {
  const { model } = useRoom();
  const group = model.talk.groups.value.get(chat.id);
  useEffect(() => void model.talk.readGroup(chat.id), [chat.id]);
  const canInvite =
    model.desk.value?.session.value?.capabilities.invitations &&
    typeof group === 'object' &&
    group.members.some(({ isMe, role }) => isMe && role !== 'member');
  return (
    <Sheet title={t('groupTitle')} onClose={onClose}>
      <div class="group-head">
        <Portrait chat={chat} name={chat.name} />
        <b dir="auto">{chat.name || t('group')}</b>
      </div>
      {group === undefined && <Spinner />}
      {group === 'failed' && (
        <p class="trouble" role="alert">
          {t('groupFailed')}{' '}
          <button type="button" class="link" onClick={() => void model.talk.readGroup(chat.id)}>
            {t('retry')}
          </button>
        </p>
      )}
      {typeof group === 'object' && (
        <>
          {group.description && (
            <section class="people">
              <h3>{t('groupDescription')}</h3>
              <RichText text={group.description} />
            </section>
          )}
          {canInvite && <InviteLink chatId={chat.id} />}
          <section class="people">
            <h3>{t('groupMembers', { n: group.members.length })}</h3>
            <ul>
              {group.members.map((member) => (
                <Row key={member.contactId} member={member} />
              ))}
            </ul>
          </section>
        </>
      )}
    </Sheet>
  );
}

function Row({ member }: { member: Member }): JSX.Element {
  const { model } = useRoom();
  const phone = member.phone ? phoneText(member.phone) : '';
  const role = `role_${member.role}`;
  const what = (
    <>
      <Avatar id={member.contactId} name={member.name} picture={member.picture} small />
      <span class="grow">
        <b class="ellipsis" dir="auto">
          {member.isMe ? t('itIsYou') : member.name || phone || t('unknownPerson')}
        </b>
        {phone && member.name && <small dir="ltr">{phone}</small>}
      </span>
      {hasText(role) && <small class="role">{t(role)}</small>}
    </>
  );
  if (member.isMe || !member.phone) return <li>{what}</li>;
  return (
    <li>
      <button
        type="button"
        title={t('messagePhone', { phone })}
        onClick={() => void model.reach(member.phone!)}
      >
        {what}
      </button>
    </li>
  );
}
