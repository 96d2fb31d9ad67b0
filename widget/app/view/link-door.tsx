import type { JSX } from 'preact';
import type { Desk } from '../model/desk.ts';
import { Coming, later } from './later.tsx';
import { useRoom } from './shell.ts';

const screens = later(() => import('./link-parts.ts'), 'talk');

/** The screens that link a phone: a number is linked once and used for months, so they are not in the first open. */
export function LinkDoor(props: { desk: Desk; isWide: boolean }): JSX.Element {
  const { model } = useRoom();
  return (
    <Coming what={screens} onBack={() => model.show('chats')}>
      {({ LinkScreen }) => <LinkScreen {...props} />}
    </Coming>
  );
}

/** An administrator makes another number. */
export function ConnectDoor({ onDone }: { onDone: () => void }): JSX.Element {
  return (
    <Coming what={screens} onBack={onDone}>
      {({ ConnectNumber }) => <ConnectNumber onDone={onDone} />}
    </Coming>
  );
}
