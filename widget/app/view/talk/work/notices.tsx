import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Chat } from '../../../../../server/contract/wire.ts';
import { t, tCode } from '../../../text/text.ts';
import { Icon } from '../../icon.tsx';
import { IconButton } from '../../parts.tsx';
import { useRoom } from '../../shell.ts';
import { listText } from '../names.ts';

/** Between what was said and what is being said: what was refused, who else is writing, answer or note. */
export function WorkNotices({ chat }: { chat: Chat }): JSX.Element {
  const { model } = useRoom();
  const { work } = model;
  const refused = work.refused.value?.chatId === chat.id ? work.refused.value : null;
  const missing = work.missing.value?.chatId === chat.id ? work.missing.value.names : [];
  const names = work.replyingIn(chat.id);
  useEffect(
    () => () => {
      work.refused.value = work.missing.value = null;
      work.stopTyping(chat.id);
    },
    [chat.id],
  );
  return (
    <>
      {refused && (
        <p class="trouble strip refused" role="alert">
          <span class="grow">
            {refused.who === undefined
              ? `${t('refused')} ${tCode('problem_', refused.trouble)}`
              : refused.who
                ? t('takenBy', { name: refused.who })
                : t('takenByNobody')}
          </span>
          <IconButton
            icon="close"
            class="tight"
            label={t('dismiss')}
            onClick={() => (work.refused.value = null)}
          />
        </p>
      )}
      {missing.length > 0 && (
        <p class="strip warn refused" role="alert">
          <Icon name="alert" size={18} />
          <span class="grow">{t('cannedMissing', { names: listText(missing) })}</span>
          <IconButton
            icon="close"
            class="tight"
            label={t('dismiss')}
            onClick={() => (work.missing.value = null)}
          />
        </p>
      )}
      <div class={`compose-tabs${work.noting.value.has(chat.id) ? ' noting' : ''}`}>
        {chat.kind !== 'channel' && <Tabs chat={chat} />}
        <span class="replying ellipsis" role="status">
          {names.length > 0 && (
            <>
              <span class="typing-dots" aria-hidden="true">
                <i />
                <i />
                <i />
              </span>
              {t('replying', { names: listText(names), n: names.length })}
            </>
          )}
        </span>
      </div>
    </>
  );
}

function Tabs({ chat }: { chat: Chat }): JSX.Element {
  const { work } = useRoom().model;
  const box = useRef<HTMLDivElement>(null);
  const isNoting = work.noting.value.has(chat.id);
  const choose = (noting: boolean): void => work.setNoting(chat.id, noting);
  return (
    <div
      ref={box}
      class="kind-tabs"
      role="radiogroup"
      aria-label={t('composerKind')}
      onKeyDown={(event) => {
        if (!/^Arrow(Left|Right|Up|Down)$/.test(event.key)) return;
        event.preventDefault();
        choose(!isNoting);
      }}
    >
      {[false, true].map((noting) => (
        <button
          key={String(noting)}
          type="button"
          role="radio"
          class={noting ? 'note-tab' : ''}
          aria-checked={noting === isNoting}
          tabIndex={noting === isNoting ? 0 : -1}
          onClick={() => choose(noting)}
        >
          {noting && <Icon name="lock" size={13} />}
          {t(noting ? 'tabNote' : 'tabReply')}
        </button>
      ))}
    </div>
  );
}
