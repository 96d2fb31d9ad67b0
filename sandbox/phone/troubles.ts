import { fill, h } from './dom.ts';
import { onDraw, please, state } from './store.ts';
import { text } from './text.ts';
import { toggle } from './toggle.ts';

const sends: [string, string][] = [
  ['normal', text.sendsNormal],
  ['refuse', text.sendsRefuse],
  ['hold-reply', text.sendsHold],
  ['hang', text.sendsHang],
];
const commands: [string, object][] = [
  [text.drop, { do: 'drop-sockets' }],
  [text.reload, { do: 'reload', times: 1, everyMs: 0 }],
  [text.resync, { do: 'resync' }],
  [text.conflict, { do: 'state', state: 'CONFLICT' }],
];
const files: [string, string][] = [
  ['normal', text.filesNormal],
  ['fail-twice', text.filesFailTwice],
  ['gone', text.filesGone],
];
const slowMs = 10_000;

/** A bad day, by hand. */
export function troubles(): HTMLElement {
  const select = h(
    'select',
    { on: { change: () => void please('faults', { sends: select.value }) } },
    ...sends.map(([value, label]) => h('option', { at: { value } }, label)),
  );
  const filesSelect = h(
    'select',
    { on: { change: () => void please('faults', { media: filesSelect.value }) } },
    ...files.map(([value, label]) => h('option', { at: { value } }, label)),
  );
  const switches = h('div', { class: 'switches' });
  onDraw(() => {
    const faults = state.world?.faults;
    if (!faults) return;
    select.value = faults.sends;
    filesSelect.value = faults.media;
    const flag = (label: string, on: boolean, set: (on: boolean) => object): HTMLElement =>
      toggle(label, undefined, on, (next) => please('faults', set(next)));
    fill(
      switches,
      flag(text.slowAck, faults.slowAckMs > 0, (on) => ({ slowAckMs: on ? slowMs : 0 })),
      flag(text.slowHistory, faults.slowHistoryMs > 0, (on) => ({ slowHistoryMs: on ? slowMs : 0 })),
      flag(text.duplicates, faults.duplicateEvents, (duplicateEvents) => ({ duplicateEvents })),
      flag(text.early, faults.ackBeforeMessage, (ackBeforeMessage) => ({ ackBeforeMessage })),
      flag(text.backwards, faults.ackBackwards, (ackBackwards) => ({ ackBackwards })),
      flag(text.down, faults.serverDown, (serverDown) => ({ serverDown })),
    );
  });
  return h(
    'details',
    { class: 'troubles' },
    h('summary', {}, text.troubles),
    h('p', {}, text.troublesHint),
    h('label', { class: 'line' }, h('span', {}, text.sends), select),
    h('label', { class: 'line' }, h('span', {}, text.files), filesSelect),
    switches,
    h(
      'div',
      { class: 'buttons' },
      ...commands.map(([label, command]) =>
        h('button', { at: { type: 'button' }, on: { click: () => void please('command', command) } }, label),
      ),
    ),
  );
}
