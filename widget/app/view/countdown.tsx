import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../text/text.ts';
import { useRoom } from './shell.ts';

/**
 * Seconds left of a code as a ring and a number. A clock that disagrees with the server's (the code would be from the
 * future, or dead on arrival) is not believed: then the code counts as new.
 */
export function Countdown(props: { issuedAt: number; expiresAt: number; onEnd: () => void }): JSX.Element {
  const { shell } = useRoom();
  const now = useSignal(Date.now());
  const deadline = useSignal(0);
  const total = Math.max(1, props.expiresAt - props.issuedAt);
  useEffect(() => {
    const at = Date.now();
    deadline.value = at < props.issuedAt - 2_000 || at > props.expiresAt ? at + total : props.expiresAt;
    now.value = at;
    // A code that begins with 60 s or 20 s is not announced at once: its newness was.
    let told = Math.ceil((deadline.value - at) / 1_000);
    const timer = setInterval(() => {
      now.value = Date.now();
      const left = Math.ceil((deadline.value - now.value) / 1_000);
      if ((left === 60 || left === 20) && left !== told) shell.announce(t('secondsLeft', { n: left }));
      told = left;
      if (now.value > deadline.value) {
        clearInterval(timer);
        props.onEnd();
      }
    }, 250);
    return () => clearInterval(timer);
  }, [props.issuedAt, props.expiresAt]);
  const left = Math.max(0, (deadline.value || props.expiresAt) - now.value);
  const seconds = Math.min(Math.ceil(left / 1_000), Math.ceil(total / 1_000));
  return (
    <span
      class={`countdown${seconds <= 5 ? ' short' : ''}`}
      role="timer"
      aria-label={t('secondsLeft', { n: seconds })}
    >
      <svg viewBox="0 0 36 36" width="36" height="36" aria-hidden="true">
        <circle cx="18" cy="18" r="15.5" />
        <circle
          cx="18"
          cy="18"
          r="15.5"
          class="rest"
          pathLength="100"
          style={{ strokeDasharray: `${Math.min(100, (left / total) * 100)} 100` }}
        />
      </svg>
      <b aria-hidden="true">{seconds}</b>
    </span>
  );
}
