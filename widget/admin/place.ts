import { signal } from '@preact/signals';

/** What stands after `#/`: the screen, and what of it. */
export const place = signal(read());
function read(): string[] {
  return location.hash.replace(/^#\/?/, '').split('/').filter(Boolean);
}

let hasMoved = false;
addEventListener('hashchange', () => {
  hasMoved = true;
  place.value = read();
});

/** Once after each change of the place: the new screen then begins at its top, with the focus on its name. */
export function takeMove(): boolean {
  const moved = hasMoved;
  hasMoved = false;
  return moved;
}
