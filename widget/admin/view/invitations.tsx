import type { JSX } from 'preact';

export function Invitations(): JSX.Element | null {
  return null;
}
