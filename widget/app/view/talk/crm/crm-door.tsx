import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Chat } from '../../../../../server/contract/wire.ts';
import { useRoom } from '../../shell.ts';
import { Awaited } from '../awaited.tsx';
import type * as Sheet from './crm-sheet.tsx';

const parts = signal<typeof Sheet | undefined>(undefined);

/** The card of a person in the CRM comes when it is first wanted; many pages have no CRM. */
export function CrmDoor(props: { chat: Chat; words?: string | undefined; onClose: () => void }): JSX.Element {
  const { shell } = useRoom();
  useEffect(() => {
    if (parts.peek()) return;
    import('./crm-sheet.tsx').then(
      (brought) => {
        shell.wear(brought.css);
        parts.value = brought;
      },
      () => props.onClose(),
    );
  }, []);
  const Card = parts.value?.CrmSheet;
  return Card ? <Card {...props} /> : <Awaited onLeave={props.onClose} />;
}
