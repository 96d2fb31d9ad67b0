/**
 * Keeps keys, focus and clicks of the widget to itself. Pages watch keys at `document` (shortcuts, even in the capture
 * phase), focus (modals that pull it back) and clicks (traps that swallow what is outside of them); all see our host as a
 * plain element and guess wrong. So the first listener of all, at `window`, takes a trusted event that happens inside us
 * out of circulation and lets a plain Event, which does not leave the shadow root, happen in its place. A KeyboardEvent
 * would not do: Firefox makes those leave regardless. What the browser does by itself (a caret, a link, a tick in a box)
 * still belongs to the event that was stopped.
 */
const types = 'keydown keyup keypress focusin focusout focus blur mousedown touchstart click'.split(' ');

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
        // What any event has keeps its own value; the rest (keys, buttons, places, touches) comes along.
        for (const name in event)
          if (!(name in inner)) Object.defineProperty(inner, name, { value: event[name as keyof Event] });
        if (!target.dispatchEvent(inner)) event.preventDefault();
      },
      { capture: true, passive: false, signal },
    );
  }
}
