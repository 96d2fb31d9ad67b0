import type { JSX } from 'preact';

const paths = {
  phone:
    'M8 2.500h8a1.5 1.5 0 0 1 1.5 1.500v16a1.5 1.5 0 0 1-1.5 1.500H8A1.5 1.5 0 0 1 6.500 20V4A1.5 1.5 0 0 1 8 2.500zM11 18.500h2',
  pulse: 'M3 12h4l3-8 4 16 3-8h4',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.500 20c.5-4 3-6 6.500-6s6 2 6.500 6M16 4.500a3.5 3.5 0 0 1 0 6.500M18 14.500c2 .8 3.200 2.600 3.500 5.500',
  key: 'M8 16.500a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12.500 12H21M18 12v4M15 12v2.500',
  hook: 'M12 4a4 4 0 0 1 3.300 6.300L18 15M8 8.500a4 4 0 1 0-1 8H13M18 12.500a4 4 0 1 1-2.800 6.800',
  code: 'M8 7l-5 5 5 5M16 7l5 5-5 5M14 4l-4 16',
  book: 'M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM9 9h6M9 13h6',
  gauge: 'M4 17a8 8 0 1 1 16 0M12 17l4-5',
  plus: 'M12 5v14M5 12h14',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  retry: 'M20 11a8 8 0 1 0-2.300 6.300M20 5v6h-6',
  alert: 'M12 8v5M12 16.500h.01M12 3l9.500 17h-19z',
  wait: 'M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  signOut: 'M14 4H6v16h8M10 12h10M17 9l3 3-3 3',
  unlink:
    'M9 15l-2 2a3.500 3.500 0 0 1-5-5l2-2M15 9l2-2a3.500 3.500 0 0 1 5 5l-2 2M8 4v2M4 8h2M16 20v-2M20 16h-2',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.700 5.700l1-1',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  send: 'M5.500 12L3.500 4.200 21 12 3.500 19.800zM5.500 12H13',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  pause: 'M8 5v14M16 5v14',
  play: 'M7 5l12 7-12 7z',
} as const;
export type IconName = keyof typeof paths;

/** A line drawing of 24 × 24; always beside or inside something that has a name. */
export function Icon(props: { name: IconName; size?: number; flip?: boolean }): JSX.Element {
  const { name, size = 20, flip = false } = props;
  return (
    <svg
      class={flip ? 'icon flip' : 'icon'}
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}

export function Spinner(): JSX.Element {
  return (
    <svg class="spinner" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
      <circle cx="12" cy="12" r="9" />
    </svg>
  );
}
