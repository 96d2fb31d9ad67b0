import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useRoom, type Shell } from '../shell.ts';
import { Awaited } from './awaited.tsx';
import { sheet } from './menu-door.ts';
import type * as Sheets from './sheets.tsx';

const parts = signal<typeof Sheets | undefined>(undefined);
let coming: Promise<void> | undefined;

/** Brings what opens over a Chat, once; after a failure it may be asked again. Rejects where it cannot be had. */
function bring(shell: Shell): Promise<void> {
  coming ??= import('./sheets.tsx').then(
    (brought) => {
      shell.wear(brought.css);
      parts.value = brought;
    },
    (error: unknown) => {
      coming = undefined;
      throw error;
    },
  );
  return coming;
}

/** The sheets come when the Chat that is open has been drawn and nothing else is to be done, or when one is opened. */
export function SheetsDoor(
  props: Omit<Parameters<typeof Sheets.OpenedSheet>[0], 'open'>,
): JSX.Element | null {
  const { shell } = useRoom();
  const open = sheet.value;
  useEffect(() => {
    const wait = window.requestIdleCallback ?? setTimeout;
    wait(() => void bring(shell).catch(() => undefined));
  }, []);
  const isAwaited = open !== null && !parts.value;
  useEffect(() => {
    if (isAwaited) bring(shell).catch(props.onClose);
  }, [isAwaited]);
  const Opened = parts.value?.OpenedSheet;
  if (Opened && open) return <Opened {...props} open={open} />;
  return isAwaited ? <Awaited onLeave={props.onClose} /> : null;
}
