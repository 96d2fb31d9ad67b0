import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Chat } from '../../../../../server/contract/wire.ts';
import type { Clash } from '../../../model/reply-guard.ts';
import { t, tCode } from '../../../text/text.ts';
import { typeName } from '../../type-name.ts';
import { plainLine } from '../../format.ts';
import { Icon } from '../../icon.tsx';
import { IconButton } from '../../parts.tsx';
import { useRoom } from '../../shell.ts';
import { listText } from '../names.ts';

/** Between what was said and what is being said: what was refused, who else is writing, answer or note. */
export function WorkNotices({ chat }: { chat: Chat }): JSX.Element {
  const { model } = useRoom();
  const { work } = model;
  const refused = work.refused.value?.chatId === chat.id ? work.refused.value : null;
  const gaps = work.gaps(chat.id, model.drafts.value.get(chat.id) ?? '');
  const clash = model.guard.clash.value;
  const names = work.here.replyingIn(chat.id);
  useEffect(
    () => () => {
      work.refused.value = work.missing.value = null;
      work.here.stopTyping(chat.id);
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
      {gaps.length > 0 && <Gaps chatId={chat.id} gaps={gaps} />}
      {clash?.chatId === chat.id && <ClashStrip clash={clash} />}
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

/** What is still to be filled in: a press goes to the gap, and it can be left out. */
function Gaps({ chatId, gaps }: { chatId: number; gaps: string[] }): JSX.Element {
  const { model } = useRoom();
  const box = useRef<HTMLDivElement>(null);
  const goTo = (name: string): void => {
    const area = box.current?.closest('.chat')?.querySelector<HTMLTextAreaElement>('.composer textarea');
    const at = area?.value.indexOf(`{{${name}}}`) ?? -1;
    if (!area || at === -1) return;
    area.focus();
    area.setSelectionRange(at, at + name.length + 4);
  };
  const leaveOut = (): void => {
    const text = model.drafts.peek().get(chatId) ?? '';
    const left = gaps.reduce(
      (rest, name) => rest.replaceAll(` {{${name}}}`, '').replaceAll(`{{${name}}}`, ''),
      text,
    );
    model.setDraft(chatId, left);
    box.current?.closest('.chat')?.querySelector<HTMLTextAreaElement>('.composer textarea')?.focus();
  };
  return (
    <div ref={box} class="strip warn gaps" role="group" aria-label={t('cannedMissing')}>
      <Icon name="alert" size={18} />
      <span role="alert">{t('cannedMissing')}</span>
      {gaps.map((name) => (
        <button key={name} type="button" class="gap-chip" onClick={() => goTo(name)}>
          {name}
        </button>
      ))}
      <span class="grow" />
      <button type="button" class="link" onClick={leaveOut}>
        {t('cannedLeaveOut')}
      </button>
    </div>
  );
}

/** Somebody was faster: the answer waits for a second word of the Agent. */
function ClashStrip({ clash }: { clash: Clash }): JSX.Element {
  const { model } = useRoom();
  const { chatId, message } = clash;
  const name = message.agent?.name ?? t('clashPhone');
  return (
    <div class="strip warn clash" role="alert">
      <Icon name="people" size={18} />
      <span class="grow">
        <b>{t('clashTitle', { name })}</b>
        <q class="ellipsis" dir="auto">
          {plainLine(message.body) || typeName(message.type)}
        </q>
        <small>{t('clashLead')}</small>
      </span>
      <IconButton icon="close" class="tight" label={t('dismiss')} onClick={() => model.guard.end(chatId)} />
    </div>
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
