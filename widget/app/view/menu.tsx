import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** A small menu under its button: arrows move, Escape and a click elsewhere close, the focus goes back. */
export function Menu(props: {
  label: string;
  onClose: () => void;
  align?: 'start' | 'end';
  children: ComponentChildren;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const close = useRef(props.onClose);
  close.current = props.onClose;
  // With the drawing, not after it: a key pressed at once finds the focus where it is seen, coming and going.
  useLayoutEffect(() => {
    const menu = box.current!;
    const root = menu.getRootNode() as ShadowRoot;
    const before = root.activeElement as HTMLElement | null;
    // It may not stand in its place yet.
    items(menu)[0]?.focus({ preventScroll: true });
    const outside = (event: Event): void => {
      const path = event.composedPath();
      if (!path.includes(menu) && !(before && path.includes(before))) close.current();
    };
    document.addEventListener('pointerdown', outside, true);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      if (!root.activeElement || menu.contains(root.activeElement)) before?.focus();
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    const list = items(box.current!);
    const at = list.indexOf((box.current!.getRootNode() as ShadowRoot).activeElement as HTMLElement);
    if (event.key === 'Escape') props.onClose();
    else if (event.key === 'ArrowDown') list[(at + 1) % list.length]?.focus();
    else if (event.key === 'ArrowUp') list[(at - 1 + list.length) % list.length]?.focus();
    else if (event.key === 'Home') list[0]?.focus();
    else if (event.key === 'End') list.at(-1)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={box}
      class={`menu ${props.align ?? 'end'}`}
      role="menu"
      aria-label={props.label}
      onKeyDown={onKeyDown}
    >
      {props.children}
    </div>
  );
}

function items(box: HTMLElement): HTMLElement[] {
  return Array.from(box.querySelectorAll<HTMLElement>('[role^="menuitem"]:not([disabled])'));
}
