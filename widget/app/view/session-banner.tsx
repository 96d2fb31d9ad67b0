import type { JSX } from 'preact';
import type { Desk } from '../model/desk.ts';
import { canSend, needsLinking } from '../model/linking.ts';
import { t } from '../text/text.ts';
import { Icon } from './icon.tsx';
import { reason } from './reason.ts';
import { useRoom } from './shell.ts';

/** Above the chats while the number is not (fully) connected: why, and the one thing to do. */
export function SessionBanner(props: {
  desk: Desk;
  /** Beside those of other numbers it says whose it is. */
  isNamed?: boolean;
}): JSX.Element | null {
  const { desk, isNamed } = props;
  const whose = isNamed ? `${desk.name}: ` : '';
  const { model } = useRoom();
  const session = desk.session.value;
  if (session?.code === 'number-archived') {
    return (
      <div class="banner" role="status">
        <span class="grow">
          {whose}
          {reason(session.code).title}
        </span>
      </div>
    );
  }
  if (!session || !session.capabilities.pairing.length) return null;
  const { state, code, progress } = session;
  if (state === 'working' || (canSend(session) && code === 'none')) return null;
  if (state === 'syncing') {
    return (
      <div class="banner syncing" role="status">
        <span>
          {whose}
          {t('syncingTitle')}
        </span>
        <progress max={100} value={progress ?? undefined} aria-label={t('syncProgress')} />
      </div>
    );
  }
  const isLink = needsLinking(desk);
  const text = state === 'starting' ? t('startingTitle') : reason(code).title;
  return (
    <div class={`banner ${isLink || state === 'failed' ? 'bad' : 'reconnecting'}`} role="status">
      <Icon name={isLink || state === 'failed' ? 'alert' : 'wait'} size={16} />
      <span class="grow">
        {whose}
        {text}
      </span>
      {(isLink || state === 'failed' || state === 'lost') && (
        <button type="button" class="link" onClick={() => model.linkPhone(desk.id)}>
          {t(isLink ? 'linkPhone' : 'details')}
        </button>
      )}
    </div>
  );
}
