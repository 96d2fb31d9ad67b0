import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Desk } from '../model/desk.ts';
import { t } from '../text/text.ts';
import { Waiting } from './chat-list.tsx';
import { Notice } from './parts.tsx';
import { bringTalk, talk } from './talk.ts';

/** The screens that link a phone: a number is linked once and used for months, so they are not in the first open. */
export function LinkDoor(props: { desk: Desk; isWide: boolean }): JSX.Element {
  useEffect(() => void bringTalk(), []);
  const parts = talk.value;
  if (typeof parts === 'object') return <parts.LinkScreen {...props} />;
  return (
    <div class="page link-page">
      {parts === 'failed' ? (
        <Notice icon="alert" title={t('unreachableTitle')} lead={t('unreachableLead')} isAlert>
          <button type="button" class="primary" onClick={() => void bringTalk()}>
            {t('retry')}
          </button>
        </Notice>
      ) : (
        <Waiting />
      )}
    </div>
  );
}
