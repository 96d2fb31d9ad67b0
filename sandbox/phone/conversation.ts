import { fill, h, icon, icons } from './dom.ts';
import { clockTime, dayName, hue, initials } from './format.ts';
import type { MessageView } from './store.ts';
import { text } from './text.ts';

export const avatar = (name: string): HTMLElement =>
  h('span', { class: `avatar hue-${hue(name)}`, at: { 'aria-hidden': 'true' } }, initials(name));

/** Ticks of an outgoing message. */
export function ticks({ ack }: MessageView): HTMLElement {
  const words = ack < 0 ? text.failed : (text.ack[ack] ?? '');
  const sign = ack < 0 ? '!' : ack === 0 ? '◷' : ack === 1 ? '✓' : '✓✓';
  const tone = ack < 0 ? 'bad' : ack >= 3 ? 'read' : '';
  return h('span', { class: `ticks ${tone}`, at: { role: 'img', 'aria-label': words, title: words } }, sign);
}

export interface ConversationOptions {
  /** Whose phone it is: decides which side a bubble is on and whether it has ticks. */
  mine(message: MessageView): boolean;
  /** Name above a bubble, in groups. */
  nameOf?(message: MessageView): string | undefined;
}

function bubble(message: MessageView, options: ConversationOptions): HTMLElement {
  const mine = options.mine(message);
  const name = mine ? undefined : options.nameOf?.(message);
  const revoked = message.type === 'revoked';
  const counts = new Map<string, number>();
  for (const { text } of message.reactions ?? []) counts.set(text, (counts.get(text) ?? 0) + 1);
  return h(
    'li',
    { class: `bubble ${mine ? 'out' : 'in'}` },
    name !== undefined && h('span', { class: `who hue-${hue(name)}` }, name),
    h(
      'span',
      { class: revoked ? 'body gone' : 'body' },
      revoked ? text.deleted : message.body || `[${message.type}]`,
    ),
    h(
      'span',
      { class: 'foot' },
      message.edited === true && `${text.edited} `,
      clockTime(message.t),
      mine && ' ',
      mine && ticks(message),
    ),
    counts.size > 0 && h('span', { class: 'reactions' }, [...counts.keys()].join('')),
  );
}

/** A scrolling talk that stays at its end while the reader is there. */
export class Conversation {
  readonly element = h('ol', { class: 'talk', at: { tabindex: '0' } });
  #shown = '';
  #of = '';
  #atEnd = true;
  constructor() {
    this.element.addEventListener('scroll', () => (this.#atEnd = this.#isAtEnd()));
    new ResizeObserver(() => this.#follow()).observe(this.element);
  }
  #isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < 80;
  }
  #follow(): void {
    if (this.#atEnd) this.element.scrollTop = this.element.scrollHeight;
  }

  /** `of` names the talk: another one starts at its end. */
  show(of: string, messages: MessageView[], options: ConversationOptions): void {
    const stamp = JSON.stringify([of, messages]);
    if (stamp === this.#shown) return;
    if (of !== this.#of) this.#atEnd = true;
    this.#shown = stamp;
    this.#of = of;
    let day = '';
    const rows = messages.flatMap((message) => {
      const name = dayName(message.t);
      const line = name === day ? [] : [h('li', { class: 'day' }, name)];
      day = name;
      return [...line, bubble(message, options)];
    });
    fill(this.element, ...(rows.length ? rows : [h('li', { class: 'empty' }, text.noMessages)]));
    this.#follow();
  }
}

/** Where one types: Enter sends, Shift+Enter breaks the line. */
export function composer(label: string, send: (body: string) => Promise<boolean>): HTMLFormElement {
  const field = h('textarea', {
    at: { rows: '1', placeholder: label, 'aria-label': label, enterkeyhint: 'send' },
  });
  const grow = (): void => {
    field.rows = Math.min(5, field.value.split('\n').length);
  };
  const submit = async (): Promise<void> => {
    const body = field.value.trim();
    if (!body) return;
    field.value = '';
    grow();
    if (!(await send(body))) field.value = body;
  };
  field.addEventListener('input', grow);
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void submit();
  });
  return h(
    'form',
    {
      class: 'composer',
      on: {
        submit: (event) => {
          event.preventDefault();
          void submit();
        },
      },
    },
    field,
    h(
      'button',
      { class: 'round', at: { type: 'submit', 'aria-label': text.send, title: text.send } },
      icon(icons.send),
    ),
  );
}
