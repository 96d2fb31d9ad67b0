import type { JSX } from 'preact';
import type { Entry } from '../../model/entry.ts';
import { t } from '../../text/text.ts';
import { useRoom } from '../shell.ts';
import { chosen } from './select.ts';
import { Sheet } from './sheet.tsx';

/** What is deleted for everyone cannot be brought back: it is asked first. */
export function RevokeSheet({
  entries,
  onClose,
}: {
  entries: readonly Entry[];
  onClose: () => void;
}): JSX.Element {
  const { model } = useRoom();
  return (
    <Sheet
      title={t('actRevoke')}
      onClose={onClose}
      isSmall
      footer={
        <>
          <button type="button" class="plain" data-first onClick={onClose}>
            {t('cancel')}
          </button>
          <button
            type="button"
            class="primary danger"
            onClick={() => {
              onClose();
              chosen.value = null;
              for (const entry of entries) void model.talk.deeds.revoke(entry);
            }}
          >
            {t('revokeGo')}
          </button>
        </>
      }
    >
      <p>{entries.length === 1 ? t('revokeSure') : t('revokeMany', { n: entries.length })}</p>
    </Sheet>
  );
}
