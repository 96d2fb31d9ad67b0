import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useEffect, useId } from 'preact/hooks';
import type { Member } from '../../model/talk.ts';
import { t } from '../../text/text.ts';
import { phoneText } from '../chat-row.tsx';
import { Avatar } from '../parts.tsx';
import { useRoom } from '../shell.ts';

const most = 6;

/** While `@…` is being typed: the members of that name. Arrows choose, Enter and Tab take, Escape leaves. */
export function Mentions(props: {
  chatId: number;
  field: RefObject<HTMLTextAreaElement | null>;
}): JSX.Element | null {
  const { model } = useRoom();
  const { chatId, field } = props;
  const id = useId();
  const word = useSignal<{ from: number; text: string } | null>(null);
  const at = useSignal(0);
  const group = model.talk.groups.value.get(chatId);
  const found =
    word.value && typeof group === 'object'
      ? group.members
          .filter(
            (one) => (one.phone || (one.mention && one.name)) && !one.isMe && answers(one, word.value!.text),
          )
          .slice(0, most)
      : [];
  const isOpen = found.length > 0;
  const take = (member: Member | undefined): void => {
    const area = field.current;
    if (!member || !area || !word.value) return;
    model.talk.pick(chatId, member);
    area.setRangeText(`@${member.name || `+${member.phone}`} `, word.value.from, area.selectionStart, 'end');
    word.value = null;
    model.setDraft(chatId, area.value);
    area.focus();
  };
  useEffect(() => {
    const area = field.current;
    if (!area) return undefined;
    const life = new AbortController();
    const look = (): void => {
      const before = area.value.slice(0, area.selectionStart);
      const [, text] = /(?:^|[\s(])@([\p{L}\p{M}\p{N} +'-]{0,24})$/u.exec(before) ?? [];
      const next = text === undefined ? null : { from: before.length - text.length - 1, text };
      if (next && !word.peek()) {
        at.value = 0;
        if (typeof model.talk.groups.peek().get(chatId) !== 'object') void model.talk.readGroup(chatId);
      }
      word.value = next;
    };
    area.addEventListener('input', look, { signal: life.signal });
    area.addEventListener('click', look, { signal: life.signal });
    area.addEventListener('blur', () => setTimeout(() => (word.value = null), 150), { signal: life.signal });
    return () => life.abort();
  }, [chatId]);
  useEffect(() => {
    const area = field.current;
    if (!area || !isOpen) return undefined;
    const life = new AbortController();
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.isComposing) return;
      if (event.key === 'ArrowDown') at.value = (at.value + 1) % found.length;
      else if (event.key === 'ArrowUp') at.value = (at.value - 1 + found.length) % found.length;
      else if (event.key === 'Enter' || event.key === 'Tab') take(found[at.value] ?? found[0]);
      else if (event.key === 'Escape') word.value = null;
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    area.addEventListener('keydown', onKeyDown, { capture: true, signal: life.signal });
    area.setAttribute('aria-controls', id);
    area.setAttribute('aria-activedescendant', `${id}-${Math.min(at.value, found.length - 1)}`);
    return () => {
      life.abort();
      area.removeAttribute('aria-controls');
      area.removeAttribute('aria-activedescendant');
    };
  });
  if (!isOpen) return null;
  return (
    <div id={id} class="mentions" role="listbox" aria-label={t('mentionList')}>
      {found.map((member, index) => (
        <div
          key={member.contactId}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === Math.min(at.value, found.length - 1)}
          class="mention-row"
          onPointerDown={(event) => {
            event.preventDefault();
            take(member);
          }}
        >
          <Avatar id={member.contactId} name={member.name} small />
          <span class="grow ellipsis" dir="auto">
            {member.name || phoneText(member.phone!)}
          </span>
          {member.name && member.phone && <small dir="ltr">{phoneText(member.phone)}</small>}
        </div>
      ))}
    </div>
  );
}

function answers({ name, phone }: Member, text: string): boolean {
  const wanted = text.toLocaleLowerCase();
  return (
    name
      .toLocaleLowerCase()
      .split(/\s+/)
      .some((_, index, words) => words.slice(index).join(' ').startsWith(wanted)) ||
    (/^\+?\d+$/.test(wanted) && (phone ?? '').startsWith(wanted.replace('+', '')))
  );
}
