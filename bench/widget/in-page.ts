/** What the pages under measurement carry. Runs in the browser: nothing here may use what is outside of its function. */
export interface BenchWindow extends Window {
  /** Texts that are in the document by now. */
  shown: string[];
  /** Tasks over 50 ms as the browser itself counts them, ms. */
  longest: number[];
  sockets: WebSocket[];
  /** `bench <what> <text> <ms since 1970>` among the page's own marks, for the trace. */
  mark(what: 'heard' | 'there', text: string, at?: number): void;
}

/** Instruments of a page, from its first line on. */
export function instruments(): void {
  const bench = window as unknown as BenchWindow;
  const now = (): number => performance.timeOrigin + performance.now();
  Object.assign(bench, { shown: [], longest: [], sockets: [] });
  bench.mark = (what, text, at = now()) => void performance.mark(`bench ${what} ${text} ${at}`);
  window.WebSocket = class extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      bench.sockets.push(this);
      this.addEventListener('message', ({ data }) => {
        const text = /push-\d+(?=;)/.exec(String(data))?.[0];
        if (text) bench.mark('heard', text);
      });
    }
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) bench.longest.push(duration);
  }).observe({ entryTypes: ['longtask'] });
  window.addEventListener(
    'keydown',
    (event) => {
      const field = event.composedPath()[0];
      if (event.key !== 'Enter' || !(field instanceof HTMLTextAreaElement)) return;
      bench.mark('heard', field.value.replace(';', ''), performance.timeOrigin + event.timeStamp);
    },
    true,
  );
  const seen = new Set<string>();
  const look = (root: Node): void =>
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) {
          const text = /(?:push|poll|send|burst)-\d+(?=;)/.exec(node.textContent ?? '')?.[0];
          if (!text || seen.has(text)) continue;
          seen.add(text);
          bench.shown.push(text);
          if (!text.startsWith('burst')) bench.mark('there', text);
        }
      }
    }).observe(root, { subtree: true, childList: true });
  look(document);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (this: Element, init: ShadowRootInit): ShadowRoot {
    const root = attach.call(this, init);
    look(root);
    return root;
  };
}

/**
 * The limit: the least a page must do for the same things, with the same server, the same socket and the same keys. A list of
 * as many lines as a conversation shows, a field, and nothing of what makes a chat.
 */
export function barePage(): void {
  const list = document.querySelector<HTMLElement>('#list')!;
  const field = document.querySelector('textarea')!;
  const add = (text: string): void => {
    const line = document.createElement('div');
    line.textContent = text;
    list.append(line);
    if (list.childElementCount > 24) list.firstElementChild!.remove();
    list.scrollTop = list.scrollHeight;
  };
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    add(field.value);
    field.value = '';
  });
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws?ticket=once`, 'wamp.2.json');
  socket.addEventListener('open', () => socket.send(JSON.stringify([1, 'chatdock', {}])));
  socket.addEventListener('message', ({ data }) => {
    const [type, , , , [push] = []] = JSON.parse(String(data)) as [
      number,
      unknown,
      unknown,
      unknown,
      { rows: { messages: { body: string }[] } }[]?,
    ];
    if (type === 2) socket.send(JSON.stringify([32, 1, {}, 'chatdock.inbox.1']));
    if (type === 36) push?.rows.messages.forEach(({ body }) => add(body));
  });
  const show = (): void => {
    field.hidden = false;
    field.focus();
  };
  Object.assign(window, {
    warm: show,
    async cold() {
      await fetch('/api/v1/auth/me');
      await fetch('/api/v1/inboxes/1/chats', { method: 'POST' });
      show();
    },
  });
}

export const bareHtml = `<!doctype html><style>#list{height:600px;overflow:auto}#list div{padding:8px}</style>
<div id="list"></div><textarea hidden></textarea><script>(${barePage.toString()})()</script>`;
