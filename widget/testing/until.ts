import { effect } from '@preact/signals';

/** Resolves when `is` holds; `is` reads signals and is asked again whenever one of them changes. */
export function until(is: () => boolean): Promise<void> {
  return new Promise((done) => {
    let stop: (() => void) | undefined;
    let isDone = false;
    stop = effect(() => {
      if (isDone || !is()) return;
      isDone = true;
      queueMicrotask(() => stop?.());
      done();
    });
  });
}
