import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { order } from '../../model/chat-list.ts';
import type { Entry } from '../../model/entry.ts';
import { t } from '../../text/text.ts';
import { chatName } from '../chat-row.tsx';
import { Avatar } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { chosen as picked } from './select.ts';
import { Sheet } from './sheet.tsx';

/** As many as one request may name. */
const most = 20;
/** Rows shown; the search finds the others. */
const shownMost = 60;

/** Chooses the Chats of the same number Messages are passed on to. */
export function ForwardSheet({
  entries,
  onClose,
}: {
  entries: readonly Entry[];
  onClose: () => void;
}): JSX.Element {
  const { model, shell } = useRoom();
  const search = useSignal('');
  const chosen = useSignal<ReadonlySet<number>>(new Set());
  const desk = model.desk.value;
  useEffect(() => void desk?.chats.more(), []);
  const wanted = search.value.trim().toLocaleLowerCase();
  const digits = wanted.replace(/\D/g, '');
  const chats = (desk?.chats.rows.values() ?? [])
    .filter((chat) => chat.kind !== 'channel')
    .filter(
      (chat) =>
        !wanted ||
        chatName(chat).toLocaleLowerCase().includes(wanted) ||
        (digits.length > 2 && (chat.phone ?? '').includes(digits)),
    )
    .toSorted(order)
    .slice(0, shownMost);
  const turn = (id: number): void => {
    const next = new Set(chosen.value);
    if (!next.delete(id) && next.size < most) next.add(id);
    chosen.value = next;
  };
  const go = async (): Promise<void> => {
    onClose();
    picked.value = null;
    // One after the other: they arrive in the order they were written.
    for (const entry of entries)
      if (!(await model.talk.deeds.forward(entry, Array.from(chosen.value)))) return;
    shell.announce(t('forwardedSaid'));
  };
  return (
    <Sheet
      title={t('forwardTitle')}
      onClose={onClose}
      footer={
        <button type="button" class="primary wide" disabled={!chosen.value.size} onClick={() => void go()}>
          {t('forwardGo', { n: chosen.value.size })}
        </button>
      }
    >
      <input
        type="text"
        data-first
        dir="auto"
        aria-label={t('searchChats')}
        placeholder={t('searchChats')}
        value={search.value}
        onInput={(event) => (search.value = event.currentTarget.value)}
      />
      <div class="choices">
        {chats.map((chat) => (
          <label key={chat.id} class="choice-row">
            <Avatar id={chat.id} name={chat.name} kind={chat.kind} picture={chat.picture} small />
            <span class="grow ellipsis" dir="auto">
              {chatName(chat)}
            </span>
            <input type="checkbox" checked={chosen.value.has(chat.id)} onChange={() => turn(chat.id)} />
          </label>
        ))}
        {!chats.length && <p class="quiet">{t('forwardNone')}</p>}
      </div>
    </Sheet>
  );
}
