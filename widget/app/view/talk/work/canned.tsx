import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useEffect, useId } from 'preact/hooks';
import type { Chat } from '../../../../../server/contract/wire.ts';
import type { CannedReply } from '../../../model/work.ts';
import { t } from '../../../text/text.ts';
import { plainLine } from '../../format.ts';
import { useRoom } from '../../shell.ts';

const most = 6;

/** While `/…` is being typed: the canned replies that answer. Arrows choose, Enter and Tab take, Escape leaves. */
export function CannedReplies(props: {
  chat: Chat;
  field: RefObject<HTMLTextAreaElement | null>;
}): JSX.Element | null {
  const { model } = useRoom();
  const { work } = model;
  const { chat, field } = props;
  const id = useId();
  const word = useSignal<{ from: number; text: string } | null>(null);
  const at = useSignal(0);
  const found = word.value ? answering(work.replies.value, word.value.text) : [];
  const chosen = Math.min(at.value, found.length - 1);
  const inboxName = model.desk.value?.name ?? '';
  const take = (reply: CannedReply | undefined): void => {
    const area = field.current;
    if (!reply || !area || !word.value) return;
    const { text, missing } = work.fill(reply, chat, inboxName);
    area.setRangeText(text, word.value.from, area.selectionStart, 'end');
    word.value = null;
    const others = work.gaps(chat.id, area.value).filter((name) => !missing.includes(name));
    const names = [...others, ...missing];
    work.missing.value = names.length ? { chatId: chat.id, names } : null;
    model.setDraft(chat.id, area.value);
    area.focus();
  };
  useEffect(() => {
    const area = field.current;
    if (!area) return undefined;
    const life = new AbortController();
    const look = (): void => {
      const before = area.value.slice(0, area.selectionStart);
      const [, text] = /(?:^|\s)\/([\p{L}\p{N}_-]{0,30})$/u.exec(before) ?? [];
      if (text !== undefined && !word.peek()) {
        at.value = 0;
        void work.refresh('replies');
      }
      word.value = text === undefined ? null : { from: before.length - text.length - 1, text };
    };
    area.addEventListener('input', look, { signal: life.signal });
    area.addEventListener('click', look, { signal: life.signal });
    area.addEventListener('blur', () => setTimeout(() => (word.value = null), 150), { signal: life.signal });
    return () => life.abort();
  }, [chat.id]);
  useEffect(() => {
    const area = field.current;
    if (!area || !found.length) return undefined;
    const life = new AbortController();
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.isComposing) return;
      // Two quick presses come before the list has been drawn again.
      const now = Math.min(at.peek(), found.length - 1);
      if (event.key === 'ArrowDown') at.value = (now + 1) % found.length;
      else if (event.key === 'ArrowUp') at.value = (now - 1 + found.length) % found.length;
      else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') take(found[now]);
      else if (event.key === 'Escape') word.value = null;
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    area.addEventListener('keydown', onKeyDown, { capture: true, signal: life.signal });
    area.setAttribute('aria-controls', id);
    area.setAttribute('aria-activedescendant', `${id}-${chosen}`);
    return () => {
      life.abort();
      area.removeAttribute('aria-controls');
      area.removeAttribute('aria-activedescendant');
    };
  });
  if (!found.length) return null;
  return (
    <div id={id} class="mentions canned" role="listbox" aria-label={t('cannedList')}>
      {found.map((reply, index) => (
        <div
          key={reply.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          class="mention-row"
          onPointerDown={(event) => {
            event.preventDefault();
            take(reply);
          }}
        >
          <b class="shortcut">/{reply.shortcut}</b>
          <span class="grow ellipsis quiet" dir="auto">
            {plainLine(work.fill(reply, chat, inboxName).text)}
          </span>
        </div>
      ))}
      <p class="canned-keys" aria-hidden="true">
        {t('cannedKeys')}
      </p>
    </div>
  );
}

/** Those that begin with what was typed, then those that hold it. */
function answering(replies: readonly CannedReply[], typed: string): CannedReply[] {
  const text = typed.toLocaleLowerCase();
  const begins = replies.filter(({ shortcut }) => shortcut.startsWith(text));
  const holds = replies.filter(
    (reply) =>
      text.length > 1 &&
      !begins.includes(reply) &&
      (reply.shortcut.includes(text) || reply.body.toLocaleLowerCase().includes(text)),
  );
  return [...begins, ...holds].slice(0, most);
}
