/**
 * Keeps keys and focus of the widget to itself. Pages watch keys at `document` (shortcuts, even in the capture phase)
 * and focus (modals that pull it back); both see our host as a plain element and guess wrong. So the first listener of
 * all, at `window`, takes a trusted event that happens inside us out of circulation and lets a plain Event, which does
 * not leave the shadow root, happen in its place. A KeyboardEvent would not do: Firefox makes those leave regardless.
 */
const fields = 'key code keyCode isComposing shiftKey ctrlKey altKey metaKey repeat relatedTarget'.split(' ');
const types = 'keydown keyup keypress focusin focusout focus blur'.split(' ');

export function armour(host: Element, signal: AbortSignal): void {
  for (const type of types) {
    window.addEventListener(
      type,
      (event) => {
        const target = event.composedPath()[0];
        if (!event.isTrusted || !target || target === host || !event.composedPath().includes(host)) return;
        event.stopImmediatePropagation();
        if (type === 'focus' || type === 'blur') return;
        const inner = new Event(type, { bubbles: true, cancelable: true });
        for (const name of fields) {
          Object.defineProperty(inner, name, { value: (event as unknown as Record<string, unknown>)[name] });
        }
        if (!target.dispatchEvent(inner)) event.preventDefault();
      },
      { capture: true, signal },
    );
  }
}
