import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from './icon.tsx';
import { listExtras } from './list-extras.ts';

/** Names that are read by everyone and understood by nobody stay out: initials of letters only. */
function initials(name: string): string {
  const words = name.match(/\p{L}[\p{L}\p{M}'’-]*/gu) ?? [];
  const picked = words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  return picked.map((word) => Array.from(word)[0]!.toLocaleUpperCase()).join('');
}

/** Steady for an id: one of eight hues, each readable in both themes. */
export function hueOf(id: number): number {
  return (id * 5) % 8;
}

/** `picture`: what they look like, drawn over the letters as soon as it is here. */
export function Avatar(props: {
  name: string;
  id: number;
  kind?: string;
  small?: boolean;
  picture?: number | null | undefined;
}): JSX.Element {
  const { name, id, kind = 'person', small = false, picture } = props;
  const text = initials(name);
  const extras = picture && listExtras.value;
  return (
    <span class={`avatar hue${hueOf(id)}${small ? ' small' : ''}`} aria-hidden="true">
      {text || <Icon name={kind === 'person' ? 'phone' : 'people'} size={small ? 16 : 20} />}
      {extras && <extras.Face key={picture} id={picture} />}
    </span>
  );
}

export function IconButton(props: {
  icon: IconName;
  label: string;
  onClick: (event: MouseEvent) => void;
  flip?: boolean;
  id?: string;
  class?: string;
  expanded?: boolean;
  popup?: 'menu' | 'dialog';
  /** It stays in the tab order: what is under the finger must not vanish from it. */
  disabled?: boolean;
}): JSX.Element {
  return (
    <button
      type="button"
      id={props.id}
      class={`icon-button ${props.class ?? ''}`}
      aria-label={props.label}
      title={props.label}
      aria-expanded={props.expanded}
      aria-haspopup={props.popup}
      aria-disabled={props.disabled}
      onClick={(event) => props.disabled || props.onClick(event)}
    >
      <Icon name={props.icon} flip={props.flip ?? false} />
    </button>
  );
}

/** Empty, failed or waiting: a drawing, two sentences, at most one thing to do. */
export function Notice(props: {
  icon: IconName;
  title: string;
  lead?: string;
  isAlert?: boolean;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="notice" role={props.isAlert ? 'alert' : undefined}>
      <span class="notice-icon">
        <Icon name={props.icon} size={28} />
      </span>
      <h3>{props.title}</h3>
      {props.lead && <p>{props.lead}</p>}
      {props.children}
    </div>
  );
}

export function Spinner({ size = 18 }: { size?: number }): JSX.Element {
  return (
    <svg class="spinner" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      <circle cx="12" cy="12" r="9" />
    </svg>
  );
}

/** Grey rows where real ones will be. */
export function Skeleton({ rows = 7 }: { rows?: number }): JSX.Element {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} class="skeleton-row">
          <span class="avatar" />
          <span class={`bar w${index % 3}`} />
        </div>
      ))}
    </div>
  );
}
