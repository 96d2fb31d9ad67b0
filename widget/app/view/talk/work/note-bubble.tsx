import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Note } from '../../../model/work.ts';
import { clockTime, dayName, fullTime } from '../../../text/dates.ts';
import { t } from '../../../text/text.ts';
import { Icon } from '../../icon.tsx';
import { IconButton } from '../../parts.tsx';
import { RichText } from '../../rich-text.tsx';
import { useRoom } from '../../shell.ts';

/** What an Agent wrote for the others: over the whole width and in its own colour, so that nobody takes it for sent. */
export function NoteBubble({ note, position }: { note: Note; position: number }): JSX.Element {
  const { model } = useRoom();
  const asks = useSignal(false);
  const { work } = model;
  const me = model.me.value?.agent;
  const name = note.author.id === me?.id ? t('you') : note.author.name;
  const isForMe = note.mentions.some((one) => one.id === me?.id);
  const mentions = useMemo(
    () => note.mentions.map(({ name }) => ({ digits: name, name, contactId: null })),
    [note],
  );
  const mayChange = work.mayChange(note, me?.role === 'admin');
  return (
    <article
      id={`n${note.id}`}
      aria-describedby={`n${note.id}`}
      class={`note${isForMe ? ' for-me' : ''}`}
      role="article"
      tabIndex={-1}
      aria-posinset={position}
      aria-setsize={-1}
      aria-label={`${t('noteBy', { name })}${isForMe ? `, ${t('noteMentionsYou')}` : ''}, ${dayName(note.at)} ${clockTime(note.at)}`}
    >
      <header>
        <Icon name="lock" size={14} />
        <b class="ellipsis">
          <bdi>{isForMe ? name : t('noteBy', { name })}</bdi>
        </b>
        {isForMe && <span class="note-me">{t('noteMentionsYou')}</span>}
        <time title={fullTime(note.at)}>
          {note.editedAt !== null && `${t('edited')} `}
          {clockTime(note.at)}
        </time>
      </header>
      <RichText text={note.body} mentions={mentions} />
      {mayChange && !asks.value && (
        <div class="note-acts">
          <IconButton icon="pen" class="tight" label={t('noteEdit')} onClick={() => work.beginEdit(note)} />
          <IconButton icon="bin" class="tight" label={t('noteDelete')} onClick={() => (asks.value = true)} />
        </div>
      )}
      {asks.value && (
        <div class="note-ask" role="group" aria-label={t('noteDelete')}>
          <span class="grow">{t('noteDeleteAsk')}</span>
          <button type="button" class="link" onClick={() => (asks.value = false)}>
            {t('cancel')}
          </button>
          <button type="button" class="link danger" onClick={() => void work.deleteNote(note)}>
            {t('noteDelete')}
          </button>
        </div>
      )}
    </article>
  );
}
