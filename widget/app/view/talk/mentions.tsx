import type { JSX } from 'preact';
import { t } from '../../text/text.ts';
import { phoneText } from '../phone-text.ts';
import { Avatar } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { Suggest, type Field } from './suggest.tsx';

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

/** While `@…` is being typed: the people of that name. */
function PickByName<One extends Person>(props: {
  label: string;
  field: Field;
  people: readonly One[];
  onBegin: () => void;
  /** The text of the field with the name in it. */
  onTaken: (one: One, text: string) => void;
}): JSX.Element {
  const { people, ...rest } = props;
  return (
    <Suggest
      {...rest}
      pattern={/(?:^|[\s(])@([\p{L}\p{M}\p{N} +'-]{0,24})$/u}
      answers={(word) => people.filter((one) => answers(one, word))}
      keyOf={({ id }) => id}
      textOf={({ name, phone }) => `@${name || `+${phone}`} `}
      row={({ id, name, phone }) => (
        <>
          <Avatar id={id} name={name} small />
          <span class="grow ellipsis" dir="auto">
            {name || phoneText(phone!)}
          </span>
          {name && phone && <small dir="ltr">{phoneText(phone)}</small>}
        </>
      )}
    />
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
