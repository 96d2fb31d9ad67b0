import type { JSX } from 'preact';
import type { Inbox } from '../../../server/contract/wire.ts';

export function OwnerLink(_props: { inbox: Inbox }): JSX.Element | null {
  return null;
}
