import type { JSX } from 'preact';
import type { Chat } from '../../../../../server/contract/wire.ts';
import type { CannedReply } from '../../../model/work.ts';
import { t } from '../../../text/text.ts';
import { plainLine } from '../../format.ts';
import { useRoom } from '../../shell.ts';
import { Suggest, type Field } from '../suggest.tsx';
import { filled } from './filled.ts';

/** While `/…` is being typed: the canned replies that answer, as they would read in this Chat. */
export function CannedReplies({ chat, field }: { chat: Chat; field: Field }): JSX.Element {
  const { model } = useRoom();
  const { work } = model;
  const inbox = model.desk.value?.name ?? '';
  return (
    <Suggest
      key={chat.id}
      label={t('cannedList')}
      class="canned"
      field={field}
      pattern={/(?:^|\s)\/([\p{L}\p{N}_-]{0,30})$/u}
      answers={(word) => answering(work.replies.value, word)}
      keyOf={({ id }) => id}
      textOf={(reply) => filled(model, reply, chat, inbox).text}
      onBegin={() => void work.refresh('replies')}
      onTaken={(reply, text) => {
        const { missing } = filled(model, reply, chat, inbox);
        const others = work.gaps(chat.id, text).filter((name) => !missing.includes(name));
        const names = [...others, ...missing];
        work.missing.value = names.length ? { chatId: chat.id, names } : null;
        model.setDraft(chat.id, text);
      }}
      row={(reply) => (
        <>
          <b class="shortcut">/{reply.shortcut}</b>
          <span class="grow ellipsis quiet" dir="auto">
            {plainLine(filled(model, reply, chat, inbox).text)}
          </span>
        </>
      )}
    >
      <p class="canned-keys" aria-hidden="true">
        {t('cannedKeys')}
      </p>
    </Suggest>
  );
}

/** Those that begin with what was typed, then those that hold it, then those that have its letters in that order. */
function answering(replies: readonly CannedReply[], typed: string): CannedReply[] {
  const text = typed.toLocaleLowerCase();
  const isLong = text.length > 1;
  const among = (letters: string): boolean => {
    let at = 0;
    for (const letter of letters) if (letter === text[at]) at++;
    return at === text.length;
  };
  const rank = ({ shortcut, body }: CannedReply): number => {
    if (shortcut.startsWith(text)) return 0;
    if (isLong && (shortcut.includes(text) || body.toLocaleLowerCase().includes(text))) return 1;
    return isLong && among(shortcut) ? 2 : 3;
  };
  return [0, 1, 2].flatMap((wanted) => replies.filter((reply) => rank(reply) === wanted));
}
