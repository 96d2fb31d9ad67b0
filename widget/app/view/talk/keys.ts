import type { Entry } from '../../model/entry.ts';
import type { Model } from '../../model/model.ts';
import type { Can } from './can.ts';
import { begin } from './begin.ts';
import { openMenu } from './menu-door.ts';

/** Keys of a bubble that has the focus: Enter opens its actions, letters are the actions themselves. */
export function onMessageKey(event: KeyboardEvent, model: Model, entry: Entry, can: Can): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const deed = ({ r: 'reply', e: 'edit', f: 'forward', s: 'star', i: 'info', delete: 'revoke' } as const)[
    key
  ];
  if (key === 'enter' && can.any) openMenu(entry, event);
  else if (deed && can[deed] && (key === 'delete' || model.preferences.value.peek().shortcuts))
    begin(model, entry, deed);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
