import type { JSX } from 'preact';
import type { Entry } from '../../model/entry.ts';
import type { Model } from '../../model/model.ts';
import { hasText, t } from '../../text/text.ts';
import { plainLine } from '../format.ts';
import { typeName } from '../type-name.ts';
import { addressName, listText } from './names.ts';

/** What happened in a group, in one sentence. */
export function systemText(model: Model, entry: Entry, isGroup: boolean): string {
  const system = entry.content?.system;
  if (!system) return plainLine(entry.body) || typeName(entry.type);
  const people = system.people?.length ? system.people : system.actor ? [system.actor] : [];
  // The server knows them by all their Addresses.
  const nameOf = (address: string): string => {
    const known = entry.named.find((one) => one.address === address);
    return known?.isMe ? t('you') : known?.name || addressName(model, address);
  };
  const values = {
    actor: system.actor ? nameOf(system.actor) : t('sysSomebody'),
    people: people.length ? listText(people.map(nameOf)) : t('sysSomebody'),
    text: system.text ?? '',
  };
  const bare = `sys_${system.what}_`;
  const key = `sys_${system.what}`;
  if (!system.text && hasText(bare)) return t(bare, values);
  if (hasText(key) && system.what !== 'other') return t(key, values);
  return plainLine(entry.body) || t(isGroup ? 'sys_other' : 'sys_person-other');
}

/** Who has another number now has another conversation, too. */
function otherChat({ content, named, chatId }: Entry): number | undefined {
  if (content?.system?.what !== 'number-changed') return undefined;
  return named.find((one) => one.chatId !== null && one.chatId !== chatId)?.chatId ?? undefined;
}

export function SystemLine(props: {
  entry: Entry;
  position: number;
  isGroup: boolean;
  model: Model;
}): JSX.Element {
  const other = otherChat(props.entry);
  return (
    <article
      id={`m${props.entry.id}`}
      class="system-line"
      role="article"
      aria-labelledby={`m${props.entry.id}`}
      tabIndex={-1}
      aria-posinset={props.position}
      aria-setsize={-1}
    >
      <span dir="auto">
        {systemText(props.model, props.entry, props.isGroup)}
        {other !== undefined && (
          <>
            {' '}
            <button type="button" class="link" onClick={() => props.model.openChat(other)}>
              {t('sysOtherChat')}
            </button>
          </>
        )}
      </span>
    </article>
  );
}
