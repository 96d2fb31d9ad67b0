import { effect } from '@preact/signals';
import type { Dock } from '../loader/seam.ts';
import type { Model } from './model/model.ts';

/** Tells the page how every number is that the Agent may see, and whenever one changes. Returns what ends it. */
export function tellSessions(
  { emit }: Pick<Dock, 'emit'>,
  { desks }: Pick<Model, 'desks'>,
): ReturnType<typeof effect> {
  const told = new Map<number, string>();
  return effect(() => {
    // Whoever signs in next is told anew.
    if (!desks.value.length) told.clear();
    for (const { id, session } of desks.value) {
      const state = session.value?.state;
      if (!state || told.get(id) === state) continue;
      told.set(id, state);
      emit('session', { inboxId: id, state });
    }
  });
}
