import { fill, h, icon, icons } from './dom.ts';
import { shortTime } from './format.ts';
import { please, state } from './store.ts';
import { text } from './text.ts';

/** Where the phone links devices: by the code on a screen, by its text, by a pairing code. */
export function devicesScreen(): { element: HTMLElement; draw(): void } {
  const hint = h('small');
  const scan = h(
    'button',
    {
      class: 'primary wide',
      at: { type: 'button' },
      on: { click: () => void please('scan-on-screen', {}, text.linkedNow) },
    },
    icon(icons.scan),
    text.scan,
  );
  const list = h('ul', { class: 'list' });
  const element = h(
    'div',
    { class: 'screen' },
    h('header', {}, h('h2', {}, text.devices)),
    h(
      'div',
      { class: 'scroll padded' },
      h('div', { class: 'hero', at: { 'aria-hidden': 'true' } }, icon(icons.laptop), icon(icons.scan)),
      scan,
      hint,
      oneField(text.pasteLabel, '2@…', 'text', (qr) => please('scan', { qr }, text.linkedNow)),
      oneField(text.codeLabel, 'ABCD-EFGH', 'code', (code) => please('enter-code', { code }, text.linkedNow)),
      h('h3', {}, text.linked),
      list,
    ),
  );
  return {
    element,
    draw() {
      const { world } = state;
      if (!world) return;
      scan.disabled = world.waiting === 0;
      hint.textContent = world.waiting === 0 ? text.noWaiting : text.scanHint;
      fill(
        list,
        ...world.devices.map((device) =>
          h(
            'li',
            { class: 'device' },
            icon(icons.laptop),
            h(
              'span',
              { class: 'lines' },
              h('b', {}, device.name),
              h('small', {}, `${text.since} · ${shortTime(device.linkedAt)}`),
            ),
            h(
              'button',
              {
                class: 'danger',
                at: { type: 'button', 'data-key': device.id },
                on: { click: () => void please('unlink', { device: device.id }, text.unlinked) },
              },
              text.unlink,
            ),
          ),
        ),
        world.devices.length === 0 && h('li', { class: 'empty' }, text.noDevices),
      );
    },
  };
}

function oneField(
  label: string,
  example: string,
  kind: string,
  submit: (value: string) => Promise<boolean>,
): HTMLElement {
  const field = h('input', {
    class: kind,
    at: { type: 'text', placeholder: example, autocomplete: 'off', spellcheck: 'false', 'aria-label': label },
  });
  const send = async (): Promise<void> => {
    if (field.value.trim() && (await submit(field.value.trim()))) field.value = '';
  };
  return h(
    'form',
    {
      class: 'one-field',
      on: {
        submit: (event) => {
          event.preventDefault();
          void send();
        },
      },
    },
    h('label', {}, h('span', {}, label), field),
    h('button', { at: { type: 'submit' } }, text.link),
  );
}
