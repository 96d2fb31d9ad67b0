import type { JSX } from 'preact';
import type { Chat } from '../../../server/contract/wire.ts';
import { t } from '../text/text.ts';
import { Avatar } from './parts.tsx';
import { useRoom } from './shell.ts';

/** In the chat list: the labels of a Chat as dots, and the face of who looks after it. */
export function RowWork({ chat }: { chat: Chat }): JSX.Element | null {
  const { model } = useRoom();
  const { assignee, labels } = chat;
  if (!assignee && !labels.length) return null;
  const names = labels.map(({ name }) => name).join(', ');
  const who = assignee && (assignee.id === model.me.value?.agent.id ? t('you') : assignee.name);
  return (
    <>
      {labels.length > 0 && (
        <span class="label-dots" role="img" aria-label={t('labelsAre', { names })} title={names}>
          {labels.slice(0, 4).map(({ id, colour }) => (
            <span key={id} class={`label-dot ${colour}`} />
          ))}
        </span>
      )}
      {assignee && (
        <span class="row-assignee" role="img" aria-label={t('assignedTo', { name: who! })} title={who!}>
          <Avatar id={assignee.id} name={assignee.name} small />
        </span>
      )}
    </>
  );
}
