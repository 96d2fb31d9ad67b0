import type { Entry } from '../../model/entry.ts';
import type { Model } from '../../model/model.ts';
import { chordOf, isPressed, readKeys } from '../../model/shortcuts.ts';
import type { Can } from './can.ts';
import { begin } from './begin.ts';
import { openMenu } from './menu-door.ts';

const deeds = ['reply', 'edit', 'forward', 'star', 'info'] as const;

/** Keys of a bubble that has the focus: Enter opens its actions, those an Agent chose are the actions themselves. */
export function onMessageKey(event: KeyboardEvent, model: Model, entry: Entry, can: Can): void {
  if (event.target !== event.currentTarget) return;
  const { keys, shortcuts } = model.preferences.value.peek();
  const chosen = readKeys(keys);
  const chord = chordOf(event);
  const deed =
    chord === 'Delete' ? 'revoke' : deeds.find((name) => isPressed(event, name, chosen, shortcuts));
  if (chord === 'Enter' && can.any) openMenu(entry, event);
  else if (deed && can[deed]) begin(model, entry, deed);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
