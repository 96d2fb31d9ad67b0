import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { MessageContent } from '../../../../server/contract/content.ts';
import type { Entry } from '../../model/entry.ts';
import { fullTime, nowMinute } from '../../text/dates.ts';
import { t } from '../../text/text.ts';
import { chatName } from '../chat-row.tsx';
import { Icon } from '../icon.tsx';
import { useRoom } from '../shell.ts';
import { Drawing } from '../drawing.tsx';
import { fromBase64 } from './measures.ts';

type To = NonNullable<MessageContent['invitation']>;

/** Into which group, by whom and until when; and the way in, where there is one from here. */
export function Invitation({ entry, to }: { entry: Entry; to: To }): JSX.Element {
  const { model } = useRoom();
  const picture = useMemo(
    () => (to.picture ? new Blob([fromBase64(to.picture)], { type: 'image/jpeg' }) : undefined),
    [to.picture],
  );
  const chat = model.findChat(entry.chatId);
  const who = entry.sender?.name || (chat && chatName(chat)) || t('unknownPerson');
  const isOver = to.until !== undefined && to.until <= nowMinute.value;
  return (
    <div class="invitation">
      <div class="invitation-head">
        <span class="invitation-picture">
          {picture ? <Drawing blob={picture} /> : <Icon name="people" size={24} />}
        </span>
        <span class="card-main">
          <b dir="auto">{to.name || t('group')}</b>
          <small>{entry.fromMe ? t('inviteFromUs') : t('inviteFrom', { name: who })}</small>
        </span>
      </div>
      {to.text && (
        <p class="invitation-text" dir="auto">
          {to.text}
        </p>
      )}
      {to.until !== undefined && !isOver && (
        <small>
          <Icon name="wait" size={14} /> {t('inviteUntil', { when: fullTime(to.until) })}
        </small>
      )}
      <WayIn entry={entry} to={to} isOver={isOver} />
    </div>
  );
}

function WayIn({ entry, to, isOver }: { entry: Entry; to: To; isOver: boolean }): JSX.Element | null {
  const { model } = useRoom();
  const isAsking = useSignal(false);
  const { deeds } = model.talk;
  const known =
    deeds.joined.value.get(to.group) ?? entry.named.find(({ address }) => address === to.group)?.chatId;
  if (known) {
    return (
      <button type="button" class="card-action" onClick={() => model.openChat(known)}>
        {t('inviteOpen')}
      </button>
    );
  }
  if (isOver) return <small>{t('inviteOver')}</small>;
  if (entry.fromMe) return null;
  if (!model.desk.value?.session.value?.capabilities.invitations) return <small>{t('openOnPhone')}</small>;
  const join = async (): Promise<void> => {
    isAsking.value = true;
    await deeds.join(entry, to.group);
    isAsking.value = false;
  };
  return (
    <>
      <button
        type="button"
        class="card-action"
        aria-disabled={isAsking.value}
        onClick={() => !isAsking.value && void join()}
      >
        {t(isAsking.value ? 'inviteJoining' : 'inviteJoin')}
      </button>
      <small>{t('inviteLead')}</small>
    </>
  );
}
