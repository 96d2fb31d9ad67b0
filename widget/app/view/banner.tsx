import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ago } from '../text/dates.ts';
import { t } from '../text/text.ts';
import { Icon } from './icon.tsx';
import { Spinner } from './parts.tsx';
import { useRoom } from './shell.ts';

/** How long a hiccup may last before it is mentioned, ms. */
const patience = 2_500;

/** Says when what is shown may be old. Nothing while all is well or a hiccup is short. */
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
    const timer = setInterval(() => (now.value = Date.now()), 5_000);
    return () => clearInterval(timer);
  }, [isTicking]);
  if (!isTold.value || state === 'live') return null;
  return (
    <div class={`banner ${state}`} role="status">
      {state === 'offline' ? (
        <Icon name="alert" size={16} />
      ) : state === 'reconnecting' ? (
        <Spinner size={16} />
      ) : (
        <Icon name="wait" size={16} />
      )}
      <span>{t(`conn_${state}`)}</span>
      {state !== 'polling' && model.heardAt.value > 0 && (
        <span class="quiet">{t('lastUpdated', { ago: ago(model.heardAt.value, now.value) })}</span>
      )}
    </div>
  );
}
