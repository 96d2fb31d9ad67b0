import { signal } from '@preact/signals';
import type { Entry } from '../../model/entry.ts';

/** Whose actions are open, and where: px from the top and the start of the viewport. */
export const menuOf = signal<{ entry: Entry; x: number; y: number } | null>(null);
export type OpenSheet =
  | { what: 'forward' | 'info' | 'revoke'; entry: Entry; more?: readonly Entry[] }
  | { what: 'votes'; entry: Entry }
  | { what: 'poll' }
  | { what: 'group' }
  | { what: 'person' | 'shared' }
  /** What was selected in the Chat. */
  | { what: 'crm'; words: string }
  | { what: 'lists'; list: 'labels' | 'canned-replies' }
  | { what: 'files' }
  | { what: 'camera' }
  /** A phone number somebody wrote, in digits, and where it stands. */
  | { what: 'number'; phone: string; x: number; y: number };
/** What is open over the Chat. */
export const sheet = signal<OpenSheet | null>(null);

/** Opens the actions where a finger rests on a bubble. */
export function openMenuAt(entry: Entry, article: HTMLElement): void {
  const box = (article.querySelector('.bubble') ?? article).getBoundingClientRect();
  article.focus({ preventScroll: true });
  menuOf.value = { entry, x: box.left + box.width / 2, y: box.top + Math.min(box.height, 36) };
}

/** Opens the actions at a button, a bubble, or where the pointer is. */
export function openMenu(entry: Entry, event: Event): void {
  event.preventDefault();
  const element = event.currentTarget as HTMLElement;
  const box = (element.querySelector('.bubble') ?? element).getBoundingClientRect();
  const isPointer = event instanceof MouseEvent && event.type === 'contextmenu' && event.clientX > 0;
  menuOf.value = {
    entry,
    x: isPointer ? event.clientX : box.left + box.width / 2,
    y: isPointer ? event.clientY : box.top + Math.min(box.height, 36),
  };
}

/** Opens what can be done with a phone number in a Message; elsewhere a number stays a link. */
export function openNumber(event: MouseEvent): void {
  const link = event.currentTarget as HTMLAnchorElement;
  if (!link.closest('.feed') || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const box = link.getBoundingClientRect();
  sheet.value = {
    what: 'number',
    phone: link.href.replace(/\D/g, ''),
    x: box.left + box.width / 2,
    y: box.bottom,
  };
}
