import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Entry } from '../../model/entry.ts';
import { t } from '../../text/text.ts';
import { copyText } from '../clipboard.ts';
import { IconButton } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { canActOn } from './can.ts';
import { sheet } from './menu-door.ts';
import { asText, chosen, inOrder } from './select.ts';

/** Where the composer stands while Messages are being chosen: what can be done to all of them. */
export function SelectBar({ chatId }: { chatId: number }): JSX.Element {
  const { model, shell } = useRoom();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => () => void (chosen.value = null), [chatId]);
  // Rows may have changed since they were chosen.
  const rows = new Map(model.timeline(chatId).list.value.map((row) => [row.id, row as Entry]));
  const entries = inOrder(chosen.value ?? new Map()).map((entry) => rows.get(entry.id) ?? entry);
  const can = entries.map((entry) => canActOn(model, entry));
  const all = (deed: 'forward' | 'star' | 'revoke'): boolean =>
    entries.length > 0 && can.every((one) => one[deed]);
  const leave = (): void => {
    chosen.value = null;
  };
  const isStarred = entries.length > 0 && entries.every(({ starred }) => starred);
  const [first, ...more] = entries;
  const text = asText(model, entries);
  return (
    <div
      ref={box}
      class="select-bar"
      role="toolbar"
      aria-label={t('selectActions')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        leave();
      }}
    >
      <IconButton icon="close" label={t('selectLeave')} onClick={leave} />
      <b class="grow ellipsis" role="status">
        {t('selected', { n: entries.length })}
      </b>
      <IconButton
        icon="copy"
        label={t('actCopy')}
        disabled={!text}
        onClick={() => void copyText(text).then(() => (shell.announce(t('copied')), leave()))}
      />
      <IconButton
        icon="star"
        label={t(isStarred ? 'actUnstar' : 'actStar')}
        disabled={!all('star')}
        onClick={() => {
          for (const entry of entries) if (entry.starred === isStarred) void model.talk.deeds.star(entry);
          leave();
        }}
      />
      <IconButton
        icon="bin"
        label={t('actRevoke')}
        disabled={!all('revoke')}
        onClick={() => first && (sheet.value = { what: 'revoke', entry: first, more })}
      />
      <IconButton
        icon="forward"
        flip
        label={t('actForward')}
        disabled={!all('forward')}
        onClick={() => first && (sheet.value = { what: 'forward', entry: first, more })}
      />
    </div>
  );
}
