import type { JSX } from 'preact';
import type { listPaths } from './list-extras/icons.ts';
import type { talkPaths } from './talk/icons.ts';

const paths = {
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  pen: 'M12 20h8M15.5 4.5l4 4L8 20H4v-4z',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM20 20l-4.8-4.8',
  out: 'M14 4h6v6M20 4l-9 9M11 5H5v14h14v-6',
  expand: 'M14 4h6v6M10 20H4v-6M20 4l-7 7M4 20l7-7',
  shrink: 'M20 10h-6V4M4 14h6v6M14 10l6-6M10 14l-6 6',
  send: 'M5.5 12L3.5 4.2 21 12 3.5 19.8zM5.5 12H13',
  chevron: 'M7 10l5 5 5-5',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  pin: 'M12 17v4M8 3h8l-1 7 3 4H6l3-4z',
  mute: 'M4 4l16 16M18 8v-.5M9 5a6 6 0 0 1 9 5v3l2 4M6 10v4l-2 3h13M10 20h4',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.500a3.5 3.5 0 0 1 0 6.500M18 14.500c2 .8 3.2 2.6 3.5 5.5',
  phone:
    'M8 2.500h8a1.5 1.5 0 0 1 1.5 1.500v16a1.5 1.5 0 0 1-1.5 1.500H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.500zM11 18.500h2',
  menu: 'M5.5 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2zM12 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2zM18.5 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2z',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 12h8',
  settings:
    'M4 7h10M18 7h2M4 17h2M10 17h10M16 9.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM8 19.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  key: 'M3 6.5h18v11H3zM7 10.5h.01M11 10.5h.01M15 10.5h.01M8 14h8',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  retry: 'M20 11a8 8 0 1 0-2.3 6.300M20 5v6h-6',
  alert: 'M12 8v5M12 16.500h.01M12 3l9.5 17h-19z',
  wait: 'M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  plus: 'M12 5v14M5 12h14',
  signOut: 'M14 4H6v16h8M10 12h10M17 9l3 3-3 3',
  unlink: 'M9 15l-2 2a3.5 3.5 0 0 1-5-5l2-2M15 9l2-2a3.5 3.5 0 0 1 5 5l-2 2M8 4v2M4 8h2M16 20v-2M20 16h-2',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.500h.01',
  video: 'M3 6h12v12H3zM15 10.500l6-3.500v10l-6-3.5',
  voice: 'M12 14a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 11a6 6 0 0 0 12 0M12 17v4',
  document: 'M6 3h8l4 4v14H6zM14 3v4h4M9 13h6M9 17h6',
  sticker: 'M4 4h16v9l-7 7H4zM13 20v-7h7',
  location:
    'M12 21s7-6 7-11.500A7 7 0 0 0 5 9.500C5 15 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  card: 'M3 5h18v14H3zM8.5 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM5.5 16c.5-2 1.5-2.5 3-2.500s2.5.5 3 2.500M14 9h4M14 13h4',
  poll: 'M5 20V10M12 20V4M19 20v-7',
  call: 'M6 3h3l2 5-2.5 1.500a11 11 0 0 0 6 6L16 13l5 2v3a2 2 0 0 1-2 2A15 15 0 0 1 4 5a2 2 0 0 1 2-2z',
  ban: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.7 5.700l12.6 12.6',
  eye: 'M2 12s3.5-6.5 10-6.500S22 12 22 12s-3.5 6.5-10 6.500S2 12 2 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  bubble: 'M21 11.500a8.5 8.5 0 0 1-12.4 7.600L3 21l1.9-5.600A8.5 8.5 0 1 1 21 11.500z',
} as const;
export type IconName = keyof typeof paths | keyof typeof listPaths | keyof typeof talkPaths;

/** Drawings that come with the screens of an open conversation. */
const more: Partial<Record<IconName, string>> = {};
export function addIcons(drawings: Partial<Record<IconName, string>>): void {
  Object.assign(more, drawings);
}

/** A line drawing of 24 × 24; always beside or inside something that has a name. */
export function Icon({
  name,
  size = 20,
  flip = false,
}: {
  name: IconName;
  size?: number;
  flip?: boolean;
}): JSX.Element {
  return (
    <svg
      class={flip ? 'icon flip' : 'icon'}
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
    >
      <path d={name in paths ? paths[name as keyof typeof paths] : more[name]} />
    </svg>
  );
}

/** The icon of a kind of Message; nothing for plain text. */
export function typeIcon(type: string): IconName | undefined {
  if (type === 'text' || type === 'system') return undefined;
  if (type === 'audio') return 'voice';
  if (type === 'contact-card') return 'card';
  if (type === 'invitation') return 'people';
  if (type === 'waiting') return 'wait';
  return type in paths ? (type as IconName) : 'phone';
}
