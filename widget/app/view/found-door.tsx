import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ListDesk } from '../model/all-desks.ts';
import type * as Parts from './found.tsx';

const parts = signal<typeof Parts | undefined>(undefined);

/** What is found beside the Chats comes with the first search. */
export function FoundDoor({ desk }: { desk: ListDesk }): JSX.Element | null {
  const isAsked = desk.chats.search.value.trim() !== '';
  useEffect(() => {
    if (!isAsked) desk.found.clear();
    // Without it the Chats are found all the same; the next search tries again.
    else if (!parts.peek())
      import('./found.tsx').then((brought) => (parts.value = brought)).catch(() => undefined);
  }, [isAsked]);
  const Found = parts.value?.Found;
  return Found && isAsked ? <Found desk={desk} /> : null;
}
