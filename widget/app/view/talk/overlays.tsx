import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Chat } from '../../../../server/contract/wire.ts';
import { t, tCode } from '../../text/text.ts';
import { IconButton } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { CrmDoor } from './crm/crm-door.tsx';
import { ForwardSheet } from './forward-sheet.tsx';
import { GroupSheet } from './group-sheet.tsx';
import { InfoSheet } from './info-sheet.tsx';
import { menuOf, sheet } from './menu-door.ts';
import { MessageMenu } from './message-menu.tsx';
import { PollSheet } from './poll-sheet.tsx';
import { RevokeSheet } from './revoke-sheet.tsx';
import { VotesSheet } from './votes-sheet.tsx';
import { ListsSheet } from './work/lists-sheet.tsx';
import { viewed, viewer } from './viewer-door.ts';

/** What may lie over an open Chat: the viewer, a Message's actions, a sheet. */
export function Overlays({ chat, onSent }: { chat: Chat; onSent: () => void }): JSX.Element {
  useEffect(
    () => () => {
      menuOf.value = null;
      sheet.value = null;
      viewed.value = null;
    },
    [chat.id],
  );
  const Viewer = viewer.value?.Viewer;
  const open = sheet.value;
  const close = (): void => void (sheet.value = null);
  return (
    <>
      {menuOf.value && <MessageMenu key={menuOf.value.entry.id} {...menuOf.value} />}
      {open?.what === 'forward' && (
        <ForwardSheet entries={[open.entry, ...(open.more ?? [])]} onClose={close} />
      )}
      {open?.what === 'info' && <InfoSheet entry={open.entry} onClose={close} />}
      {open?.what === 'revoke' && (
        <RevokeSheet entries={[open.entry, ...(open.more ?? [])]} onClose={close} />
      )}
      {open?.what === 'lists' && <ListsSheet list={open.list} onClose={close} />}
      {open?.what === 'crm' && <CrmDoor chat={chat} onClose={close} />}
      {open?.what === 'poll' && <PollSheet chatId={chat.id} onSent={onSent} onClose={close} />}
      {open?.what === 'votes' && <VotesSheet entry={open.entry} onClose={close} />}
      {open?.what === 'group' && <GroupSheet chat={chat} onClose={close} />}
      {viewed.value && Viewer && <Viewer {...viewed.value} />}
    </>
  );
}

/** Why the last thing done to a Message or this Chat was refused. */
export function Refused({ chat }: { chat: Chat }): JSX.Element | null {
  const { model } = useRoom();
  const { refused } = model.talk.deeds;
  useEffect(() => () => void (refused.value = null), [chat.id]);
  if (refused.value?.chatId !== chat.id) return null;
  return (
    <p class="trouble strip refused" role="alert">
      <span class="grow">
        {t('refused')} {tCode('problem_', refused.value.trouble)}
      </span>
      <IconButton icon="close" class="tight" label={t('dismiss')} onClick={() => (refused.value = null)} />
    </p>
  );
}
