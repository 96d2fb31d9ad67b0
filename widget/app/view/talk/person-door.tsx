import type { JSX } from 'preact';
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Chat } from '../../../../server/contract/wire.ts';
import { useRoom } from '../shell.ts';
import { Awaited } from './awaited.tsx';
import type * as Person from './person/index.ts';

const parts = signal<typeof Person | undefined>(undefined);

/** The page of a person, or what was shared in a Chat; it comes when it is first wanted. */
export function PersonDoor(props: {
  what: 'person' | 'shared';
  chat: Chat;
  onClose: () => void;
}): JSX.Element {
  const { shell } = useRoom();
  useEffect(() => {
    if (parts.peek()) return;
    import('./person/index.ts').then((brought) => {
      shell.wear(brought.css);
      parts.value = brought;
    }, props.onClose);
  }, []);
  const brought = parts.value;
  if (!brought) return <Awaited onLeave={props.onClose} />;
  const Opened = props.what === 'person' ? brought.PersonSheet : brought.SharedSheet;
  return <Opened chat={props.chat} onClose={props.onClose} />;
}
