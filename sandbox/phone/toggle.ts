import { h } from './dom.ts';

/** A switch with its words; what it shows is what the world says, not what was clicked. */
export function toggle(
  label: string,
  hint: string | undefined,
  on: boolean,
  change: (on: boolean) => unknown,
): HTMLElement {
  return h(
    'button',
    {
      class: 'toggle',
      at: { type: 'button', role: 'switch', 'aria-checked': String(on), 'data-key': label },
      on: { click: () => void change(!on) },
    },
    h('span', { class: 'lines' }, h('span', {}, label), hint !== undefined && h('small', {}, hint)),
    h('span', { class: 'knob', at: { 'aria-hidden': 'true' } }),
  );
}
