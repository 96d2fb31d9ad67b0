import type { JSX } from 'preact';
import type { Chat } from '../../../../server/contract/wire.ts';
import manage from '../css/manage.css?inline';
import { CameraSheet } from './camera-sheet.tsx';
import { ForwardSheet } from './forward-sheet.tsx';
import { GroupSheet } from './group-sheet.tsx';
import { InfoSheet } from './info-sheet.tsx';
import type { OpenSheet } from './menu-door.ts';
import { NumberMenu } from './number-menu.tsx';
import { PersonDoor } from './person-door.tsx';
import { PollSheet } from './poll-sheet.tsx';
import { RevokeSheet } from './revoke-sheet.tsx';
import { VotesSheet } from './votes-sheet.tsx';
import { ListsSheet } from './work/lists-sheet.tsx';

export const css = manage;

/** What was opened over the Chat. */
export function OpenedSheet(props: {
  open: OpenSheet;
  chat: Chat;
  onSent: () => void;
  onClose: () => void;
}): JSX.Element | null {
  const { open, chat, onSent, onClose } = props;
  switch (open.what) {
    case 'forward':
      return <ForwardSheet entries={[open.entry, ...(open.more ?? [])]} onClose={onClose} />;
    case 'info':
      return <InfoSheet entry={open.entry} onClose={onClose} />;
    case 'revoke':
      return <RevokeSheet entries={[open.entry, ...(open.more ?? [])]} onClose={onClose} />;
    case 'lists':
      return <ListsSheet list={open.list} onClose={onClose} />;
    case 'poll':
      return <PollSheet chatId={chat.id} onSent={onSent} onClose={onClose} />;
    case 'votes':
      return <VotesSheet entry={open.entry} onClose={onClose} />;
    case 'person':
    case 'shared':
      return <PersonDoor key={open.what} what={open.what} chat={chat} onClose={onClose} />;
    case 'group':
      return <GroupSheet chat={chat} onClose={onClose} />;
    case 'camera':
      return <CameraSheet chatId={chat.id} onClose={onClose} />;
    case 'number':
      return <NumberMenu key={open.phone} {...open} onClose={onClose} />;
    default:
      return null;
  }
}
