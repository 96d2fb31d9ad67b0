import { h, icon, icons } from './dom.ts';
import { text } from './text.ts';

/** What a verb that writes a message takes beside its text. */
export type Attached =
  { sample: string } | { kind: string } | { media: { data: string; mimetype: string; filename: string } };

const mostBytes = 8 * 1024 * 1024;

/** The button beside a field from which files and other kinds are sent. */
export function attach(send: (what: Attached) => Promise<boolean>, tooLarge: () => void): HTMLElement {
  const file = h('input', {
    class: 'unseen',
    at: { type: 'file', 'aria-label': text.ownFile, tabindex: '-1' },
  });
  file.addEventListener('change', () => {
    const [chosen] = file.files ?? [];
    if (!chosen) return;
    if (chosen.size > mostBytes) tooLarge();
    else void read(chosen).then((media) => send({ media }));
    file.value = '';
  });
  const menu = h('div', { class: 'menu', at: { role: 'group', 'aria-label': text.attach } });
  const whole = h(
    'details',
    { class: 'attach' },
    h(
      'summary',
      { class: 'round plain', at: { 'aria-label': text.attach, title: text.attach } },
      icon(icons.plus),
    ),
    menu,
    file,
  );
  const choice = (label: string, act: () => void): HTMLElement =>
    h(
      'button',
      {
        class: 'chip',
        at: { type: 'button' },
        on: {
          click: () => {
            whole.open = false;
            act();
          },
        },
      },
      label,
    );
  menu.append(
    ...Object.entries(text.samples).map(([sample, label]) => choice(label, () => void send({ sample }))),
    ...Object.entries(text.examples).map(([kind, label]) => choice(label, () => void send({ kind }))),
    choice(text.ownFile, () => file.click()),
  );
  whole.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !whole.contains(relatedTarget)) whole.open = false;
  });
  whole.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    whole.open = false;
    whole.querySelector('summary')?.focus();
  });
  return whole;
}

function read(file: File): Promise<{ data: string; mimetype: string; filename: string }> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('error', () => reject(new Error('unreadable')));
    reader.addEventListener('load', () =>
      resolve({
        data: String(reader.result).replace(/^[^,]*,/, ''),
        mimetype: file.type || 'application/octet-stream',
        filename: file.name,
      }),
    );
    reader.readAsDataURL(file);
  });
}
