import { fill, h, icon, icons } from './dom.ts';
import { clockTime, dayName, hue, initials } from './format.ts';
import { attach, type Attached } from './attach.ts';
import { contents, inWords, isNotice, noticeWords } from './contents.ts';
import { messageMenu } from './message-menu.ts';
import { go, onDraw, please, say, state, type MessageView, type Side } from './store.ts';
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
  side: Side;
  /** The address of whoever holds the phone. */
  by: string;
}

/** The message that another one answers, as long as it is there. */
function quotedOf(message: MessageView): HTMLElement | undefined {
  const { quoted } = message;
  if (quoted === undefined) return undefined;
  const all = state.world?.chats.flatMap((chat) => chat.messages) ?? [];
  const found = all.find((other) => other.id === quoted);
  return h('span', { class: 'quoted' }, found ? inWords(found) : text.notHere);
}

function bubble(message: MessageView, options: ConversationOptions): HTMLElement {
  const mine = options.mine(message);
  const name = mine ? undefined : options.nameOf?.(message);
  const revoked = message.type === 'revoked';
  if (isNotice(message)) return h('li', { class: 'day notice-line' }, noticeWords(message));
  const counts = new Map<string, number>();
  for (const { text } of message.reactions ?? []) counts.set(text, (counts.get(text) ?? 0) + 1);
  return h(
    'li',
    { class: `bubble ${mine ? 'out' : 'in'}` },
    name !== undefined && h('span', { class: `who hue-${hue(name)}` }, name),
    message.fields?.isForwarded === true && h('span', { class: 'mark' }, text.forwarded),
    !revoked && quotedOf(message),
    !revoked && contents(message),
    h(
      'span',
      { class: revoked ? 'body gone' : 'body' },
      revoked ? text.deleted : message.type === 'vcard' ? '' : message.body,
    ),
    h(
      'span',
      { class: 'foot' },
      message.fields?.star === true && h('span', { at: { role: 'img', 'aria-label': text.starred } }, '★ '),
      message.edited === true && `${text.edited} `,
      clockTime(message.t),
      mine && ' ',
      mine && ticks(message),
    ),
    counts.size > 0 && h('span', { class: 'reactions' }, [...counts.keys()].join('')),
    !revoked && messageMenu(message, options.side, mine, options.by),
  );
}

/** A scrolling talk that stays at its end while the reader is there. */
export class Conversation {
  readonly element = h('ol', { class: 'talk', at: { tabindex: '0' } });
  #shown = '';
  #of = '';
  #atEnd = true;
  #lastTop = 0;
  constructor() {
    // Only who scrolls up leaves the end: a talk that becomes lower under its reader moves nobody.
    this.element.addEventListener('scroll', () => {
      const { scrollTop } = this.element;
      if (scrollTop < this.#lastTop || this.#isAtEnd()) this.#atEnd = this.#isAtEnd();
      this.#lastTop = scrollTop;
    });
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
    // An open menu is not closed under the hand.
    if (stamp === this.#shown || this.element.querySelector('details[open]:focus-within')) return;
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

/**
 * Where one types: Enter sends, Shift+Enter breaks the line. `write` is asked to send a text or something attached, as an
 * answer to a message where one was chosen.
 */
export function composer(
  side: Side,
  write: (what: { body?: string; quoted?: string } & Partial<Attached>) => Promise<boolean>,
): HTMLElement {
  const field = h('textarea', {
    at: { rows: '1', placeholder: text.message, 'aria-label': text.message, enterkeyhint: 'send' },
  });
  const about = h('p', { class: 'about' });
  const grow = (): void => {
    field.rows = Math.min(5, field.value.split('\n').length);
  };
  const settled = (): void => go({ about: { ...state.about, [side]: undefined } });
  const answered = (): { quoted?: string } => {
    const chosen = state.about[side];
    return chosen?.do === 'answer' ? { quoted: chosen.message.id } : {};
  };
  const submit = async (): Promise<void> => {
    const body = field.value.trim();
    if (!body) return;
    const chosen = state.about[side];
    const what = answered();
    field.value = '';
    grow();
    settled();
    const sent =
      chosen?.do === 'edit' ? please('edit', { id: chosen.message.id, body }) : write({ body, ...what });
    if (!(await sent)) field.value = body;
  };
  field.addEventListener('input', grow);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && state.about[side]) return settled();
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return undefined;
    event.preventDefault();
    return void submit();
  });
  let shown: object | undefined;
  onDraw(() => {
    const chosen = state.about[side];
    if (chosen === shown) return;
    shown = chosen;
    about.hidden = chosen === undefined;
    if (!chosen) return fill(about);
    if (chosen.do === 'edit') field.value = chosen.message.body;
    const words = chosen.do === 'edit' ? text.editing : text.answering;
    fill(
      about,
      h('span', {}, `${words}: ${inWords(chosen.message)}`),
      h(
        'button',
        { class: 'plain', at: { type: 'button', 'aria-label': text.cancel }, on: { click: settled } },
        '×',
      ),
    );
    grow();
    return field.focus();
  });
  about.hidden = true;
  const form = h(
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
    attach(
      (what) => {
        const quoted = answered();
        settled();
        return write({ ...what, ...quoted });
      },
      () => say(text.tooLarge),
    ),
    field,
    h(
      'button',
      { class: 'round', at: { type: 'submit', 'aria-label': text.send, title: text.send } },
      icon(icons.send),
    ),
  );
  return h('div', { class: 'writing' }, about, form);
}
