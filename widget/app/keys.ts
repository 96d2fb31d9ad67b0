import type { Model } from './model/model.ts';
import { chordOf, isPressed, isSingle, readKeys } from './model/shortcuts.ts';
import type { Shell } from './view/shell.ts';

/** The chosen keys that work wherever in the widget one is. What was typed into a field is no shortcut. */
export function listenToKeys(root: ShadowRoot, model: Model, shell: Shell, signal: AbortSignal): void {
  root.addEventListener(
    'keydown',
    (given) => {
      const event = given as KeyboardEvent;
      if (event.isComposing || model.phase.peek() !== 'ready') return;
      const target = event.target as Element;
      if (!target.closest('.panel')) return;
      if (isSingle(chordOf(event)) && target.matches('input, textarea, select')) return;
      const { keys, shortcuts } = model.preferences.value.peek();
      const chosen = readKeys(keys);
      if (isPressed(event, 'sheet', chosen, shortcuts)) shell.page.value = 'shortcuts';
      else if (isPressed(event, 'search', chosen, shortcuts)) toSearch(root, model, shell);
      else return;
      event.preventDefault();
    },
    { signal },
  );
}

/** The chats with their search, whatever is open. */
function toSearch(root: ShadowRoot, model: Model, shell: Shell): void {
  const field = (): HTMLElement | null => root.querySelector('.side [type=search]');
  if (!field() || model.screen.peek().name === 'contacts') {
    shell.page.value = '';
    model.show('chats');
  }
  setTimeout(() => field()?.focus());
}
