import type { JSX } from 'preact';
import type { Entry } from '../../model/entry.ts';
import { t } from '../../text/text.ts';
import { useRoom } from '../shell.ts';
import { listText } from './names.ts';

/** Who answered with which emoji: names on hover and focus; a click gives or takes back one's own. */
export function Reactions({ entry, canReact }: { entry: Entry; canReact: boolean }): JSX.Element | null {
  const { model } = useRoom();
  const list = entry.reactions.filter((one) => one.emoji);
  if (!list.length || entry.revokedAt !== null) return null;
  const chat = model.findChat(entry.chatId);
  const groups = new Map<string, { names: string[]; isOurs: boolean }>();
  for (const one of list) {
    const group = groups.get(one.emoji) ?? { names: [], isOurs: false };
    const fallback = chat?.kind === 'person' ? chat.name : '';
    group.names.push(one.fromUs ? t('you') : one.name || fallback || t('unknownPerson'));
    group.isOurs ||= one.fromUs;
    groups.set(one.emoji, group);
  }
  return (
    <span class="reactions">
      {Array.from(groups, ([emoji, { names, isOurs }]) => (
        <button
          key={emoji}
          type="button"
          class={isOurs ? 'ours' : ''}
          aria-pressed={isOurs}
          aria-disabled={!canReact}
          onClick={() => canReact && void model.talk.deeds.react(entry, emoji)}
        >
          {emoji}
          {names.length > 1 && <small>{names.length}</small>}
          <span class="unseen">{t('reactedBy', { emoji: '', names: listText(names) })}</span>
          <span class="tip" aria-hidden="true" dir="auto">
            {listText(names)}
          </span>
        </button>
      ))}
    </span>
  );
}
