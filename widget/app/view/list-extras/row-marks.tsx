import type { JSX } from 'preact';
import type { Chat } from '../../../../server/contract/wire.ts';
import { t } from '../../text/text.ts';
import { Icon } from '../icon.tsx';
import { useRoom } from '../shell.ts';

/** In a row: the person is blocked; our number is named by what is unread; a colleague names the Agent in a note. Told apart by shape and colour. */
export function RowMarks({ chat }: { chat: Chat }): JSX.Element {
  const me = useRoom().model.me.value?.agent.id ?? 0;
  return (
    <>
      {chat.blocked && (
        <span class="state-icon" role="img" aria-label={t('blocked')} title={t('blocked')}>
          <Icon name="ban" size={14} />
        </span>
      )}
      {chat.notedFor?.includes(me) && (
        <span class="named by-note" role="img" aria-label={t('namesMeInNote')} title={t('namesMeInNote')}>
          @
        </span>
      )}
      {chat.mentioned && (
        <span class="named" role="img" aria-label={t('namesNumber')} title={t('namesNumber')}>
          @
        </span>
      )}
    </>
  );
}
