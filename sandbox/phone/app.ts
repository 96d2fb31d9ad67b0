import { watch } from './api.ts';
import { customerPhone } from './customer-phone.ts';
import { h } from './dom.ts';
import { ownPhone } from './own-phone.ts';
import { draw, go, onDraw, onNotice, state } from './store.ts';
import { language, text } from './text.ts';
import { troubles } from './troubles.ts';

const noticeMs = 4000;

document.documentElement.lang = language;
document.title = text.title;

const side = (name: 'own' | 'customer', label: string): HTMLButtonElement =>
  h('button', { at: { type: 'button' }, on: { click: () => go({ narrow: name }) } }, label);
const sides = { own: side('own', text.ownPhone), customer: side('customer', text.customerPhone) };
const lost = h('p', { class: 'lost', at: { role: 'alert' } }, text.unreachable);
lost.hidden = true;
const stage = h(
  'main',
  { class: 'stage' },
  h('figure', {}, h('figcaption', {}, text.ownPhone), ownPhone()),
  h('figure', {}, h('figcaption', {}, text.customerPhone), customerPhone()),
);
const notice = h('p', { class: 'notice', at: { role: 'status' } });
notice.hidden = true;

onDraw(() => {
  lost.hidden = state.reachable;
  stage.dataset['side'] = state.narrow;
  for (const name of ['own', 'customer'] as const)
    sides[name].setAttribute('aria-pressed', String(state.narrow === name));
});

let hiding: ReturnType<typeof setTimeout> | undefined;
onNotice((words) => {
  notice.textContent = words;
  notice.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (notice.hidden = true), noticeMs);
});

document.body.append(
  h('header', { class: 'page-head' }, h('h1', {}, text.title), h('p', {}, text.intro)),
  lost,
  h('div', { class: 'sides' }, sides.own, sides.customer),
  stage,
  h('aside', { at: { 'aria-label': text.troubles } }, troubles()),
  notice,
);

watch((world) => {
  if (world) state.world = world;
  state.reachable = world !== undefined;
  draw();
});
