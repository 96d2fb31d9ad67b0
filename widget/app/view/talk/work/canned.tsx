import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Chat } from '../../../../../server/contract/wire.ts';
import type { CannedReply } from '../../../model/work.ts';
import { locale, t } from '../../../text/text.ts';
import { plainLine } from '../../format.ts';
import { Icon } from '../../icon.tsx';
import { useRoom } from '../../shell.ts';
import { sheet } from '../menu-door.ts';
import { Suggest, type Field } from '../suggest.tsx';
import { answering, categoriesOf } from './answering.ts';
import { filled } from './filled.ts';

/**
 * While `/…` is being typed: the canned replies that answer, as they would read in this Chat, under their categories.
 * Page up and down, or a press, leave one category.
 */
export function CannedReplies({ chat, field }: { chat: Chat; field: Field }): JSX.Element {
  const { model, shell } = useRoom();
  const { work } = model;
  const inbox = model.desk.value?.name ?? '';
  const replies = work.replies.value;
  const wanted = useSignal('');
  /** The server has said what there is. */
  const isKnown = useSignal(false);
  const isAdmin = (model.me.value?.agent.role ?? 'agent') !== 'agent';
  const categories = categoriesOf(replies, locale.value);
  const choices = ['', ...categories];
  const nameOf = (category: string): string => category || t('categoryAll');
  const row = useRef<HTMLDivElement>(null);
  const answers = (word: string): (CannedReply | null)[] => {
    if (!replies.length) return isKnown.value && !word ? [null] : [];
    const all = answering(replies, word, locale.value);
    const within = all.filter(({ category }) => category === wanted.value);
    // What is found in another category only is found.
    return wanted.value && within.length ? within : all;
  };
  const choose = (category: string): void => {
    wanted.value = category;
    row.current?.children[choices.indexOf(category)]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  const turn = (by: number): void => {
    const at = Math.max(0, choices.indexOf(wanted.peek()));
    choose(choices[(at + by + choices.length) % choices.length]!);
    shell.announce(nameOf(wanted.peek()));
  };
  return (
    <Suggest
      key={chat.id}
      label={t('cannedList')}
      class="canned"
      most={60}
      field={field}
      pattern={/(?:^|\s)\/([\p{L}\p{N}_-]{0,30})$/u}
      answers={answers}
      keyOf={(reply) => reply?.id ?? 0}
      textOf={(reply) => (reply ? filled(model, reply, chat, inbox).text : '')}
      onBegin={() => {
        wanted.value = '';
        void work.refresh('replies').then((isDone) => (isKnown.value = isDone));
      }}
      onTaken={(reply, text) => {
        model.setDraft(chat.id, text);
        if (!reply) {
          if (isAdmin) sheet.value = { what: 'lists', list: 'canned-replies' };
          return;
        }
        const { missing } = filled(model, reply, chat, inbox);
        const others = work.gaps(chat.id, text).filter((name) => !missing.includes(name));
        const names = [...others, ...missing];
        work.missing.value = names.length ? { chatId: chat.id, names } : null;
      }}
      row={(reply) =>
        reply ? (
          <>
            <b class="shortcut" dir="auto">
              /{reply.shortcut}
            </b>
            <span class="grow ellipsis quiet" dir="auto">
              {plainLine(filled(model, reply, chat, inbox).text)}
            </span>
          </>
        ) : (
          <>
            <Icon name="note" size={18} />
            <b class="grow">{t(isAdmin ? 'cannedFirst' : 'cannedAsk')}</b>
          </>
        )
      }
      {...(categories.length > 0 && {
        groupOf: (reply: CannedReply | null) => reply?.category || t('categoryNone'),
        onPage: turn,
        above: (found: readonly (CannedReply | null)[]) => {
          const only = found.every((reply) => reply?.category === wanted.value) ? wanted.value : '';
          return (
            <div ref={row} class="categories" role="radiogroup" aria-label={t('category')}>
              {choices.map((category) => (
                <button
                  key={category}
                  type="button"
                  role="radio"
                  class="category ellipsis"
                  aria-checked={category === only}
                  tabIndex={-1}
                  // The caret stays where it is.
                  onPointerDown={(event) => event.preventDefault()}
                  onClick={() => choose(category)}
                >
                  <bdi>{nameOf(category)}</bdi>
                </button>
              ))}
            </div>
          );
        },
      })}
    >
      {replies.length > 0 ? (
        <p class="canned-keys" aria-hidden="true">
          {t('cannedKeys')}
          {categories.length > 0 && ` · ${t('categoryKeys')}`}
        </p>
      ) : (
        <p class="canned-keys" role="status">
          {t('cannedNone')}
        </p>
      )}
    </Suggest>
  );
}
