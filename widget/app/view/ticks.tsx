import type { JSX } from 'preact';
import { t, type TextKey } from '../text/text.ts';

const rungs = ['pending', 'server', 'device', 'read', 'played'] as const;
const drawings: Record<string, string> = {
  pending: 'M8 4.500v3.700l2.3 1.400M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12z',
  server: 'M3 8.500l3.2 3.200L13 5',
  device: 'M1 8.500l3.2 3.200L10.8 5M7.5 11.300l.5.400L15 5',
  read: 'M1 8.500l3.2 3.200L10.8 5M7.5 11.300l.5.400L15 5',
  played: 'M1 8.500l3.2 3.200L10.8 5M7.5 11.300l.5.400L15 5',
  error: 'M8 4.500v4.300M8 11.500h.01M8 14.500a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z',
};

/** How far our Message got: by shape and name, never by colour alone (read ticks stand on a filled ground). */
export function Ticks({ ack }: { ack: number }): JSX.Element {
  const rung = rungs[ack] ?? 'error';
  return (
    <svg
      class={`ticks ${rung}`}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      role="img"
      aria-label={t(`tick_${rung}` as TextKey)}
    >
      <path d={drawings[rung]} />
    </svg>
  );
}
