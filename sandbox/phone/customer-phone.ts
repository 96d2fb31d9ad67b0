import { avatar, composer, Conversation } from './conversation.ts';
import { fill, h, icon, icons } from './dom.ts';
import { phoneNumber } from './format.ts';
import type { WorldView } from './api.ts';
import { addressOf, ask, go, onDraw, please, state, type MessageView, type PersonView } from './store.ts';
import { text } from './text.ts';
import { toggle } from './toggle.ts';

/** The phone of whichever customer is chosen: their side of the talk, and how they behave. */
export function customerPhone(): HTMLElement {
  const choice = h('select', {
    class: 'who-select',
    at: { 'aria-label': text.writeAs },
    on: {
      change: () =>
        choice.value === '+' ? go({ adding: true }) : go({ person: choice.value, adding: false }),
    },
  });
  const picture = h('span');
  const about = h('small');
  const talk = new Conversation();
  const habits = h('div', { class: 'habits' });
  const adding = newPerson();
  const form = composer('customer', (what) => {
    const person = chosen();
    return person ? please('inbound', { from: addressOf(person), ...what }) : Promise.resolve(false);
  });
  let options = '';

  onDraw(() => {
    const { world } = state;
    if (!world) return;
    const person = chosen();
    const stamp = JSON.stringify(
      world.people.map((each) => [each.id, each.name, each.pushName, each.stranger]),
    );
    if (stamp !== options) {
      options = stamp;
      const group = (label: string, people: PersonView[]): HTMLElement | undefined =>
        people.length
          ? h(
              'optgroup',
              { at: { label } },
              ...people.map((each) => h('option', { at: { value: each.id } }, nameOf(each))),
            )
          : undefined;
      fill(
        choice,
        group(
          text.saved,
          world.people.filter((each) => !each.stranger),
        ),
        group(
          text.strangers,
          world.people.filter((each) => each.stranger),
        ),
        h('option', { at: { value: '+' } }, `+ ${text.newPerson}…`),
      );
    }
    choice.value = state.adding || !person ? '+' : person.id;
    adding.hidden = !state.adding && person !== undefined;
    for (const part of [talk.element, form, habits]) part.hidden = !adding.hidden;
    if (!person || state.adding) {
      fill(picture, h('span', { class: 'avatar hue-0', at: { 'aria-hidden': 'true' } }, icon(icons.plus)));
      about.textContent = '';
      return;
    }
    const messages = talkOf(person, world);
    fill(picture, avatar(nameOf(person)));
    about.textContent = [
      person.phone ? phoneNumber(person.phone) : '',
      person.numberHidden ? text.numberHidden : '',
      messages.length ? '' : text.notWritten,
    ]
      .filter(Boolean)
      .join(' · ');
    talk.show(person.id, messages, {
      mine: (message) => !message.fromMe,
      side: 'customer',
      by: addressOf(person),
    });
    const unread = messages.filter((message) => message.fromMe && message.ack >= 1 && message.ack < 3);
    fill(
      habits,
      unread.length > 0 &&
        person.receipts &&
        h(
          'button',
          {
            class: 'chip',
            at: { type: 'button', 'data-key': 'read' },
            on: { click: () => readAll(unread.map((message) => message.chat)) },
          },
          h('span', { class: 'count' }, String(unread.length)),
          `${text.read} ✓✓`,
        ),
      person.numberHidden === true &&
        person.phone !== undefined &&
        h(
          'button',
          {
            class: 'chip',
            at: { type: 'button', 'data-key': 'reveal' },
            on: { click: () => void please('pair', { phone: person.phone, lid: person.lid }, text.revealed) },
          },
          text.reveal,
        ),
      toggle(text.autoReply, undefined, person.autoReplyMs !== undefined, (on) =>
        please('person', { id: person.id, autoReplyMs: on ? 2000 : null }),
      ),
      toggle(text.theirReceipts, undefined, person.receipts, (receipts) =>
        please('person', { id: person.id, receipts }),
      ),
    );
  });
  return h(
    'section',
    { class: 'phone customer', at: { 'aria-label': text.customerPhone } },
    h('header', { class: 'chat-head' }, picture, h('span', { class: 'lines' }, choice, about)),
    adding,
    talk.element,
    habits,
    form,
  );
}

/** Both addresses' talk from the other side: our ticks are theirs to see, so theirs are ours to give. */
function talkOf(person: PersonView, world: WorldView): MessageView[] {
  const isTheirs = (wid: string): boolean => wid === person.phone || wid === person.lid;
  const arrived = world.chats
    .filter((chat) => isTheirs(chat.id))
    .flatMap((chat) => {
      const theirs = chat.messages.filter((message) => !message.fromMe);
      const read = new Set(theirs.slice(0, theirs.length - Math.max(0, chat.unread)));
      return chat.messages.map((message): MessageView => {
        if (message.fromMe) return message;
        return { ...message, ack: world.receipts && read.has(message) ? 3 : 2 };
      });
    });
  const underWay = world.underWay.filter((message) => isTheirs(message.chat) && !message.fromMe);
  return [...arrived.toSorted((a, b) => a.t - b.t || a.n - b.n), ...underWay];
}

const nameOf = (person: PersonView): string => person.name ?? person.pushName;

/** Who was chosen, else the first; nobody while the chosen one has not been told yet. */
function chosen(): PersonView | undefined {
  const people = state.world?.people ?? [];
  return state.person === undefined ? people[0] : people.find((person) => person.id === state.person);
}

/** Opening a chat reads all of it; somebody with two addresses has two. */
function readAll(chats: string[]): void {
  for (const chat of new Set(chats)) void please('read-by-them', { chat });
}

function newPerson(): HTMLElement {
  const name = h('input', {
    at: { type: 'text', required: true, maxlength: '100', autocomplete: 'off', placeholder: 'Chiara' },
  });
  const number = h('input', {
    at: { type: 'tel', required: true, autocomplete: 'off', placeholder: '+39 340 555 0199' },
  });
  const add = async (): Promise<void> => {
    const phone = `${number.value.replace(/\D/g, '')}@c.us`;
    const made = await ask('person', { phone, pushName: name.value.trim(), stranger: true });
    if (typeof made !== 'object' || made === null || !('id' in made)) return;
    go({ adding: false, person: String(made.id) });
    name.value = number.value = '';
  };
  return h(
    'form',
    {
      class: 'new-person scroll padded',
      on: {
        submit: (event) => {
          event.preventDefault();
          void add();
        },
      },
    },
    h('h3', {}, text.newPerson),
    h('label', {}, h('span', {}, text.name), name),
    h('label', {}, h('span', {}, text.phoneNumber), number),
    h(
      'span',
      { class: 'buttons' },
      h('button', { at: { type: 'button' }, on: { click: () => go({ adding: false }) } }, text.cancel),
      h('button', { class: 'primary', at: { type: 'submit' } }, icon(icons.plus), text.add),
    ),
  );
}
