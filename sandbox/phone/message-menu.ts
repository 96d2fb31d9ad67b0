import { fill, h } from './dom.ts';
import { go, please, state, type MessageView, type Side } from './store.ts';
import { text } from './text.ts';

const faces = ['👍', '❤️', '😂'];

/** What can be done to a message on one of the phones. `by`: the address of whoever holds it. */
export function messageMenu(message: MessageView, side: Side, mine: boolean, by: string): HTMLElement {
  const { id, reactions = [], fields } = message;
  const given = reactions.find((reaction) => reaction.from === by)?.text;
  const starred = fields?.star === true;
  const isText = message.type === 'chat' || message.media !== undefined;
  const about = (what: 'answer' | 'edit') => (): void =>
    go({ about: { ...state.about, [side]: { do: what, message } } });
  const choice = (label: string, act: () => void, pressed?: boolean): HTMLElement =>
    h(
      'button',
      {
        class: 'chip',
        at: {
          type: 'button',
          'data-key': `${side} ${id} ${label}`,
          ...(pressed === undefined ? {} : { 'aria-pressed': String(pressed) }),
        },
        on: {
          click: () => {
            // What is open is left as it is while the talk is drawn anew.
            whole.open = false;
            act();
          },
        },
      },
      label,
    );
  const words = text.messageMenu;
  const menu = h('span', { class: 'menu', at: { role: 'group', 'aria-label': words } });
  const whole = h(
    'details',
    { class: 'message-menu' },
    h('summary', { at: { 'aria-label': words, title: words, 'data-key': `${side} ${id}` } }, '⋯'),
    menu,
  );
  // A talk has many messages, and few of them are touched.
  whole.addEventListener('toggle', () => {
    if (!whole.open || menu.childElementCount) return;
    fill(
      menu,
      ...faces.map((face) =>
        choice(
          face,
          () => void please('react', { id, from: by, text: given === face ? '' : face }),
          given === face,
        ),
      ),
      ...(fields?.pollOptions ?? []).map(({ name, localId }) =>
        choice(
          `○ ${name}`,
          () => void please('vote', votesWith(message, by, localId)),
          chosen(message, by).includes(localId),
        ),
      ),
      choice(text.answer, about('answer')),
      mine && isText && choice(text.edit, about('edit')),
      mine && choice(text.takeBack, () => void please('revoke', { id })),
      side === 'own' && choice(text.star, () => void please('star', { id, star: !starred }), starred),
    );
  });
  return whole;
}

/** The options this person has chosen. */
const chosen = ({ votes = [] }: MessageView, by: string): number[] =>
  votes.find(({ from }) => from === by)?.options ?? [];

/** Their choice with this option added, or taken back; of a poll with one answer in place of the other. */
function votesWith(message: MessageView, by: string, option: number): object {
  const { pollOptions = [], pollSelectableOptionsCount } = message.fields ?? {};
  const before = chosen(message, by);
  const kept = pollSelectableOptionsCount === 1 ? [] : before.filter((one) => one !== option);
  const now = before.includes(option) ? before.filter((one) => one !== option) : [...kept, option];
  const options = pollOptions.flatMap(({ name, localId }) => (now.includes(localId) ? [name] : []));
  return { id: message.id, from: by, options };
}
