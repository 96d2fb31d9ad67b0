import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { viewed, viewer } from './viewer-door.ts';
import { menuOf, sheet } from './menu-door.ts';

/** What may lie over an open Chat: the viewer, a Message's actions, a sheet. */
export function Overlays({ chatId }: { chatId: number }): JSX.Element {
  useEffect(
    () => () => {
      menuOf.value = null;
      sheet.value = null;
      viewed.value = null;
    },
    [chatId],
  );
  const Viewer = viewer.value?.Viewer;
  return <>{viewed.value && Viewer && <Viewer {...viewed.value} />}</>;
}
