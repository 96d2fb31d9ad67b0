import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { ago } from '../text/dates.ts';
import { hasText, t } from '../text/text.ts';
import { Icon } from './icon.tsx';
import { Spinner } from './parts.tsx';
import { useRoom } from './shell.ts';

/** How long a hiccup may last before it is mentioned, ms. */
const patience = 2_500;

/** Says when what is shown may be old, since when, and when it is tried again. Nothing while a hiccup is short. */
export function ConnectionBanner(): JSX.Element | null {
  const { model } = useRoom();
  const state = model.connection.value;
  const isTold = useSignal(false);
  const now = useSignal(Date.now());
  useSignalEffect(() => {
    if (model.connection.value === 'live') {
      isTold.value = false;
      return undefined;
    }
    if (isTold.peek()) return undefined;
    const timer = setTimeout(
      () => (isTold.value = true),
      model.connection.value === 'offline' ? 0 : patience,
    );
    return () => clearTimeout(timer);
  });
  const isTicking = isTold.value && state !== 'polling';
  useEffect(() => {
    if (!isTicking) return undefined;
    now.value = Date.now();
    const timer = setInterval(() => (now.value = Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isTicking]);
  if (model.leaving.value) return <LeaveAsk />;
  if (!isTold.value || state === 'live') return <Unkept />;
  const seconds = Math.ceil((model.retryAt.value - now.value) / 1_000);
  return (
    <>
      <div class={`banner ${state}`}>
        {state === 'offline' ? (
          <Icon name="alert" size={16} />
        ) : state === 'reconnecting' ? (
          <Spinner size={16} />
        ) : (
          <Icon name="wait" size={16} />
        )}
        {/* The seconds are for the eyes: read aloud every second they would be noise. */}
        <span role="status">{t(`conn_${state}`)}</span>
        {state !== 'polling' && model.heardAt.value > 0 && (
          <span class="quiet">{t('lastUpdated', { ago: ago(model.heardAt.value, now.value) })}</span>
        )}
        {state === 'reconnecting' && seconds > 1 && <span class="quiet">{t('retryIn', { n: seconds })}</span>}
        {state !== 'polling' && (
          <button type="button" class="link" onClick={() => model.wake()}>
            {t('tryNow')}
          </button>
        )}
      </div>
      <Unkept />
      <Blocked />
    </>
  );
}

/** A window of its own was wanted. */
function Blocked(): JSX.Element | null {
  const { shell } = useRoom();
  if (!shell.isBlocked.value) return null;
  return (
    <div class="banner reconnecting" role="alert">
      <Icon name="alert" size={16} />
      <span class="grow">{t('popOutBlocked')}</span>
      <button type="button" class="link" onClick={() => (shell.isBlocked.value = false)}>
        {t('understood')}
      </button>
    </div>
  );
}

/** Unsent Messages that only this tab has. */
function Unkept(): JSX.Element | null {
  const { model } = useRoom();
  const trouble = model.keepTrouble.value;
  if (!trouble || !model.outbox.pending.value.length || !hasText(`unkept_${trouble}`)) return null;
  return (
    <div class="banner bad" role="status">
      <Icon name="alert" size={16} />
      <span>{t(`unkept_${trouble}`)}</span>
    </div>
  );
}

/** Somebody wants to sign out and would lose Messages by it. */
function LeaveAsk(): JSX.Element {
  const { model } = useRoom();
  const stay = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => stay.current?.focus(), []);
  const title = t('leaveTitle', { n: model.leaving.value });
  return (
    <div class="banner bad" role="alertdialog" aria-label={title}>
      <Icon name="alert" size={16} />
      <span class="question">{title}</span>
      <button ref={stay} type="button" class="link" onClick={() => (model.leaving.value = 0)}>
        {t('leaveStay')}
      </button>
      <button type="button" class="link quiet" onClick={() => void model.signOut(true)}>
        {t('leaveSure')}
      </button>
    </div>
  );
}
