import type { JSX } from 'preact';
import { t } from '../../text/text.ts';

/** Over the composer of somebody who is blocked: what is written is not answered, as nothing of theirs arrives. */
export function BlockedStrip(): JSX.Element {
  return (
    <p class="strip quiet" role="status">
      {t('blockedLead')}
    </p>
  );
}
