import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import { phoneText } from '../chat-row.tsx';
import { Avatar } from '../parts.tsx';
import { useRoom } from '../shell.ts';

const most = 6;

type Field = RefObject<HTMLTextAreaElement | null>;

/** The members of a group. */
export function Mentions({ chatId, field }: { chatId: number; field: Field }): JSX.Element {
  const { model } = useRoom();
  const group = model.talk.groups.value.get(chatId);
  const members = typeof group === 'object' ? group.members : [];
  return (
    <PickByName
      key={chatId}
      label={t('mentionList')}
      field={field}
      people={members
        .filter((one) => (one.phone || (one.mention && one.name)) && !one.isMe)
        .map((member) => ({ id: member.contactId, name: member.name, phone: member.phone, member }))}
      onBegin={() => {
        if (typeof model.talk.groups.peek().get(chatId) !== 'object') void model.talk.readGroup(chatId);
      }}
      onTaken={({ member }, text) => {
        model.talk.pick(chatId, member);
        model.setDraft(chatId, text);
      }}
    />
  );
}

/** The colleagues, in an internal note. */
export function ColleagueMentions({ chatId, field }: { chatId: number; field: Field }): JSX.Element {
  const { work, me } = useRoom().model;
  return (
    <PickByName
      key={chatId}
      label={t('mentionColleagues')}
      field={field}
      people={work.colleagues.value
        .filter((one) => one.name && one.id !== me.value?.agent.id)
        .map(({ id, name }) => ({ id, name, phone: null }))}
      onBegin={() => void work.refresh('colleagues')}
      onTaken={(_, text) => work.setNoteDraft(chatId, text)}
    />
  );
}

interface Person {
  id: number;
  name: string;
  phone: string | null;
}

/** While `@…` is being typed: the people of that name. Arrows choose, Enter and Tab take, Escape leaves. */
function PickByName<One extends Person>(props: {
  label: string;
  field: Field;
  people: readonly One[];
  onBegin: () => void;
  /** The text of the field with the name in it. */
  onTaken: (one: One, text: string) => void;
}): JSX.Element | null {
  const { field } = props;
  const id = useId();
  const begin = useRef(props.onBegin);
  begin.current = props.onBegin;
  const word = useSignal<{ from: number; text: string } | null>(null);
  const at = useSignal(0);
  const found = word.value ? props.people.filter((one) => answers(one, word.value!.text)).slice(0, most) : [];
  const isOpen = found.length > 0;
  const take = (one: One | undefined): void => {
    const area = field.current;
    if (!one || !area || !word.value) return;
    area.setRangeText(`@${one.name || `+${one.phone}`} `, word.value.from, area.selectionStart, 'end');
    word.value = null;
    props.onTaken(one, area.value);
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
        begin.current();
      }
      word.value = next;
    };
    area.addEventListener('input', look, { signal: life.signal });
    area.addEventListener('click', look, { signal: life.signal });
    area.addEventListener('blur', () => setTimeout(() => (word.value = null), 150), { signal: life.signal });
    return () => life.abort();
  }, []);
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
    <div id={id} class="mentions" role="listbox" aria-label={props.label}>
      {found.map((member, index) => (
        <div
          key={member.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === Math.min(at.value, found.length - 1)}
          class="mention-row"
          onPointerDown={(event) => {
            event.preventDefault();
            take(member);
          }}
        >
          <Avatar id={member.id} name={member.name} small />
          <span class="grow ellipsis" dir="auto">
            {member.name || phoneText(member.phone!)}
          </span>
          {member.name && member.phone && <small dir="ltr">{phoneText(member.phone)}</small>}
        </div>
      ))}
    </div>
  );
}

function answers({ name, phone }: Person, text: string): boolean {
  const wanted = text.toLocaleLowerCase();
  return (
    name
      .toLocaleLowerCase()
      .split(/\s+/)
      .some((_, index, words) => words.slice(index).join(' ').startsWith(wanted)) ||
    (/^\+?\d+$/.test(wanted) && (phone ?? '').startsWith(wanted.replace('+', '')))
  );
}
