import type { HostPage } from './host-site.ts';

/** What one finds widgets embedded into, each with what makes it hard. */
export interface HostCase {
  name: string;
  page(server: string): HostPage;
  /** Something the page does once the widget is open and before anybody types. */
  before?: string;
  /** Pages by plain http from the network. */
  isPlain?: boolean;
}

const nonce = 'bm9uY2U';
const body = '<h1>A page</h1><p><input id="own" aria-label="own"></p><output id="keys"></output>';
const tag = (server: string, more = ''): string =>
  `<script src="${server}/widget/v1/loader.js" ${more}></script>`;
const html = (head: string, rest = body): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>host</title>${head}</head><body>${rest}</body></html>`;
const policy = (text: string): Record<string, string> => ({ 'content-security-policy': text });
/** Everything the recipe asks for, and nothing else. */
const strict = (server: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'self'",
    `connect-src ${server} ${server.replace('http', 'ws')}`,
    `img-src ${server}`,
    `media-src ${server} blob:`,
    "base-uri 'none'",
  ].join('; ');

/** Keys the page sees that were not meant for it, at `document` in the capture phase like EspoCRM's shortcuts. */
const shortcuts = `
document.addEventListener('keydown', (event) => {
  const typing = /^(INPUT|TEXTAREA)$/.test(event.target.tagName);
  if (!typing) { document.querySelector('#keys').textContent += event.key; event.preventDefault(); event.stopImmediatePropagation(); }
}, true);`;
/** Bootstrap 3 with jQuery 3.7: focus is taken back by a capturing listener. */
const modal = `
const box = document.createElement('div'); box.tabIndex = -1; box.id = 'modal'; box.setAttribute('role', 'dialog');
const field = document.createElement('input'); box.append(field); document.body.append(box);
document.addEventListener('focus', (event) => { if (event.target !== document && event.target !== box && !box.contains(event.target)) box.focus(); }, true);
document.addEventListener('focusin', (event) => { if (event.target !== document && event.target !== box && !box.contains(event.target)) box.focus(); });
box.focus();`;
/** What the library focus-trap does with its usual options: outside, nothing may be clicked or focused. */
const trap = `
const box = document.createElement('div'); const field = document.createElement('input'); box.append(field); document.body.append(box);
const outside = (event) => !box.contains(event.composedPath()[0]);
for (const type of ['mousedown', 'touchstart']) document.addEventListener(type, (event) => { if (outside(event)) event.preventDefault(); }, { capture: true, passive: false });
document.addEventListener('click', (event) => { if (outside(event)) { event.preventDefault(); event.stopImmediatePropagation(); } }, true);
document.addEventListener('focusin', (event) => { if (outside(event)) { event.stopImmediatePropagation(); field.focus(); } }, true);
document.addEventListener('keydown', (event) => { if (event.key === 'Tab' || event.key === 'Escape') { event.preventDefault(); field.focus(); } }, true);
field.focus();`;
/** Of everything but the root: WebKit hits nothing on a page whose `html` floats, ours or not (2026-11-21). */
const hostile = `body,body *{all:unset;float:right!important;color:red!important;font-size:40px!important;text-transform:uppercase!important;pointer-events:none;visibility:hidden}
div,span,section,button,input,textarea,chatdock-widget{display:none!important;position:static!important;z-index:-1!important;opacity:0!important;transform:rotate(9deg)!important}`;

export const hostCases: HostCase[] = [
  {
    name: 'EspoCRM’s policy',
    page: (server) => ({
      headers: policy(
        `script-src 'self' 'nonce-${nonce}' 'unsafe-eval' https://maps.googleapis.com ${server}; form-action 'self'; frame-ancestors 'self'`,
      ),
      html: html('<script src="/client/custom/chatdock.js"></script>'),
    }),
  },
  {
    name: 'a strict policy',
    page: (server) => ({ headers: policy(strict(server)), html: html(tag(server, `nonce="${nonce}"`)) }),
  },
  {
    name: 'a strict policy with Trusted Types',
    page: (server) => ({
      headers: policy(`${strict(server)}; require-trusted-types-for 'script'; trusted-types 'none'`),
      html: html(tag(server, `async nonce="${nonce}"`)),
    }),
  },
  { name: 'plain http from the network', isPlain: true, page: (server) => ({ html: html(tag(server)) }) },
  { name: 'hostile styles', page: (server) => ({ html: html(`<style>${hostile}</style>${tag(server)}`) }) },
  {
    name: 'a Bootstrap modal that takes the focus back',
    page: (server) => ({ html: html(tag(server)) }),
    before: modal,
  },
  { name: 'a focus trap', page: (server) => ({ html: html(tag(server)) }), before: trap },
  {
    name: 'shortcuts in the capture phase',
    page: (server) => ({ html: html(tag(server)) }),
    before: shortcuts,
  },
  {
    name: 'two loaders',
    page: (server) => ({ html: html(tag(server) + tag(server, 'data-position="start"')) }),
  },
  {
    name: 'a body swapped by a framework',
    page: (server) => ({ html: html(tag(server)) }),
    before: `const next = document.createElement('body'); next.append(Object.assign(document.createElement('h1'), { textContent: 'Swapped' }), Object.assign(document.createElement('output'), { id: 'keys' })); document.body.replaceWith(next);`,
  },
];

export const espoScript = (server: string): string =>
  `const script = document.createElement('script'); script.src = '${server}/widget/v1/loader.js'; script.dataset.crm = 'espo'; document.head.append(script);`;
