import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Chat } from '../../../../server/contract/wire.ts';
import { t, tCode } from '../../text/text.ts';
import { IconButton } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { Awaited } from './awaited.tsx';
import { CrmDoor } from './crm/crm-door.tsx';
import { menuOf, sheet } from './menu-door.ts';
import { MessageMenu } from './message-menu.tsx';
import { SheetsDoor } from './sheets-door.tsx';
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
      {open?.what === 'crm' && <CrmDoor chat={chat} words={open.words} onClose={close} />}
      <SheetsDoor chat={chat} onSent={onSent} onClose={close} />
      {viewed.value &&
        (Viewer ? <Viewer {...viewed.value} /> : <Awaited onLeave={() => (viewed.value = null)} />)}
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
