import type { JSX } from 'preact';

export function Limits(_props: { inboxId: number }): JSX.Element | null {
  return null;
}
