import type { JSX } from 'preact';
import type { Chat } from '../../../../../server/contract/wire.ts';
import { t } from '../../../text/text.ts';
import { Sheet } from '../sheet.tsx';
import { Shared } from './shared.tsx';

/** What was shared in a group. */
export function SharedSheet({ chat, onClose }: { chat: Chat; onClose: () => void }): JSX.Element {
  return (
    <Sheet title={t('sharedTitle')} onClose={onClose}>
      <Shared chat={chat} onJump={onClose} />
    </Sheet>
  );
}
