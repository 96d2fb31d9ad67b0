import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Entry } from '../model/entry.ts';
import { clockTime, fullTime } from '../text/dates.ts';
import { t, tCode } from '../text/text.ts';
import { Icon } from './icon.tsx';
import { lineLabel, type Line } from './line.ts';
import { hueOf } from './parts.tsx';
import { useRoom } from './shell.ts';
import { Body, isBare } from './talk/body.tsx';
import { begin } from './talk/begin.ts';
import { canActOn, type Can } from './talk/can.ts';
import { Held } from './talk/held.tsx';
import { onMessageKey } from './talk/keys.ts';
import { menuOf, openMenu, openMenuAt } from './talk/menu-door.ts';
import { senderName } from './talk/names.ts';
import { boxOf } from './talk/picture-box.ts';
import { Quote } from './talk/quote.tsx';
import { Reactions } from './talk/reactions.tsx';
import { chosen, isChoosable, turnChosen } from './talk/select.ts';
import { SystemLine } from './talk/system-line.tsx';
import { onTouch } from './talk/touch.ts';
import { NoteBubble } from './talk/work/note-bubble.tsx';
import { Ticks } from './ticks.tsx';

export function Bubble(props: {
  line: Line;
  position: number;
  isGroup: boolean;
  /** Whom the Chat is with. */
  name: string;
  /** It was gone to just now. */
  isGoal: boolean;
}): JSX.Element {
  const { model } = useRoom();
  /** Buttons for the pointer are there only where it is: most of the document would be made of them. */
  const isNear = useSignal(false);
  const { entry, startsGroup, endsGroup } = props.line;
  const sender = senderName(entry);
  const isFailed = hasFailed(entry);
  const agent = entry.agent && entry.agent.id !== model.me.value?.agent.id ? entry.agent.name : '';
  if (entry.note) return <NoteBubble note={entry.note} position={props.position} />;
  if (entry.type === 'system')
    return <SystemLine entry={entry} position={props.position} isGroup={props.isGroup} model={model} />;
  // Asked when it matters, or every change of the Chat's row would draw every bubble again.
  const can = (): Can => canActOn(model, entry);
  const choosing = chosen.value;
  const isPicked = Boolean(choosing?.has(entry.id));
  const isStanding = entry.revokedAt === null;
  const name = [
    'message',
    entry.fromMe ? 'mine' : 'theirs',
    startsGroup && 'first',
    endsGroup && 'last',
    props.isGoal && 'goal',
    isPicked && 'picked',
    model.talk.search.hit.value === entry.id && entry.id > 0 && 'hit',
  ];
  const look =
    isStanding && (entry.type === 'sticker' && entry.media ? ' bare' : isBare(entry) ? ' only-picture' : '');
  return (
    <article
      class={name.filter(Boolean).join(' ')}
      role="article"
      tabIndex={-1}
      aria-posinset={props.position}
      aria-setsize={-1}
      aria-label={lineLabel(entry, sender || props.name)}
      aria-describedby={props.line.key}
      onPointerDown={(event) =>
        onTouch(event, {
          answer: can().reply && !choosing ? () => begin(model, entry, 'reply') : undefined,
          menu: can().any && !choosing ? (article) => openMenuAt(entry, article) : undefined,
        })
      }
      {...(choosing && isChoosable(entry)
        ? {
            onClickCapture: (event: Event) => {
              event.preventDefault();
              event.stopPropagation();
              turnChosen(entry);
            },
          }
        : {})}
      // Not on enter: rows that pass under a pointer at rest are not pointed at.
      onPointerMove={() => (isNear.value = true)}
      onPointerLeave={() => (isNear.value = false)}
      onContextMenu={(event) => can().any && !isInText(event) && openMenu(entry, event)}
      onKeyDown={(event) => onMessageKey(event, model, entry, can())}
    >
      {choosing && (
        <input
          type="checkbox"
          class="pick"
          checked={isPicked}
          disabled={!isChoosable(entry)}
          aria-label={t('selectThis')}
        />
      )}
      <div id={props.line.key} class={`bubble${look || ''}`} style={widthOf(entry)}>
        {props.isGroup && !entry.fromMe && startsGroup && sender && (
          <b class={`sender hue${hueOf(entry.sender?.contactId ?? 0)}`} dir="auto">
            {sender}
          </b>
        )}
        {agent && startsGroup && <b class="sender agent">{agent}</b>}
        {entry.forwarded > 0 && isStanding && (
          <span class="forwarded">
            <Icon name="forward" size={14} flip /> {t(entry.forwarded > 1 ? 'forwardedOften' : 'forwarded')}
          </span>
        )}
        {entry.quoted && <Quote entry={entry} />}
        <Body entry={entry} />
        <Meta entry={entry} />
        {!choosing && (isNear.value || menuOf.value?.entry.id === entry.id) && can().any && (
          <button
            type="button"
            class="handle"
            tabIndex={-1}
            aria-haspopup="menu"
            aria-label={t('messageActions')}
            title={t('messageActions')}
            onClick={(event) => {
              // The button goes when the pointer does: the focus comes back to the Message.
              event.currentTarget.closest('article')?.focus({ preventScroll: true });
              openMenu(entry, event);
            }}
          >
            <Icon name="chevron" size={18} />
          </button>
        )}
      </div>
      {entry.reactions.length > 0 && <Reactions entry={entry} canReact={can().react} />}
      {entry.outgoing?.heldUntil && <Held entry={entry} />}
      {isFailed && <Failure entry={entry} />}
    </article>
  );
}

/** When, and how far it got. Mostly it is the time alone, and then it is one element. */
function Meta({ entry }: { entry: Entry }): JSX.Element {
  const { model } = useRoom();
  const isStanding = entry.revokedAt === null;
  const isFailed = hasFailed(entry);
  const isPlain = !entry.fromMe && entry.editedAt === null && !entry.starred;
  const time = (
    <time class={isPlain ? 'meta' : ''} title={fullTime(entry.at)}>
      {clockTime(entry.at)}
    </time>
  );
  if (isPlain) return time;
  return (
    <span class="meta">
      {entry.starred && isStanding && (
        <span class="star" role="img" aria-label={t('starred')}>
          <Icon name="star" size={12} />
        </span>
      )}
      {entry.editedAt !== null && isStanding && (
        <button
          type="button"
          class="edited"
          title={t('infoBeforeOpen')}
          onClick={() => begin(model, entry, 'info')}
        >
          {t('edited')}
        </button>
      )}
      {time}
      {entry.fromMe && isStanding && <Ticks ack={isFailed ? -1 : entry.delivery ? 0 : entry.ack} />}
    </span>
  );
}

/** A bubble around a picture is as wide as the picture; its caption breaks. */
function widthOf({ type, media, content, revokedAt }: Entry): { width: string } | undefined {
  if ((type !== 'image' && type !== 'video') || !media || content?.viewOnce || revokedAt !== null)
    return undefined;
  return { width: `${boxOf(media.width, media.height).width + 8}px` };
}

/** Over a link or a selection the browser's own menu is what is wanted. */
function isInText(event: MouseEvent): boolean {
  const target = event.composedPath()[0];
  if (target instanceof Element && target.closest('a[href], input, textarea')) return true;
  return event.clientX > 0 && Boolean(String(getSelection() ?? '').trim());
}

/** It did not leave, or may not have left, or WhatsApp took it and refused it then. */
function hasFailed({ fromMe, delivery, ack, messageId }: Entry): boolean {
  return delivery === 'failed' || delivery === 'uncertain' || (fromMe && ack === -1 && messageId !== null);
}

/** What did not leave, or may not have left; and what one can do about it. */
function Failure({ entry }: { entry: Entry }): JSX.Element {
  const { model } = useRoom();
  // Refused after it was taken: that Message stays as it is, its text can be sent as another one.
  const isOver = entry.delivery === null;
  const isText = entry.type === 'text';
  const again = (): void => {
    if (!isOver) return void model.retry(entry);
    const { quoted, mentions } = entry;
    model.send(entry.chatId, entry.body, { ...(quoted && { quoted }), ...(mentions.length && { mentions }) });
  };
  const change = (event: MouseEvent): void => {
    const page = (event.currentTarget as HTMLElement).closest('.page');
    if (!isOver) void model.rewrite(entry);
    else {
      const draft = model.drafts.peek().get(entry.chatId);
      model.setDraft(entry.chatId, [draft, entry.body].filter(Boolean).join('\n'));
    }
    page?.querySelector<HTMLElement>('.composer textarea')?.focus();
  };
  const isUncertain = entry.delivery === 'uncertain';
  const unsent = model.outbox.pending.value.filter(
    (one) => one.chatId === entry.chatId && one.state === 'failed',
  );
  // Once, under the last of them.
  const failed = unsent.at(-1)?.clientId === entry.clientId ? unsent.length : 0;
  const why = entry.outgoing?.code
    ? tCode('problem_', entry.outgoing.code)
    : tCode('failure_', entry.failure ?? '');
  return (
    <div class={`failure${isUncertain ? ' uncertain' : ''}`}>
      <p>
        <Icon name="alert" size={15} />
        <span>
          <b>{t(isUncertain ? 'maybeSent' : 'notSent')}</b> {isUncertain ? t('maybeSentLead') : why}
        </span>
      </p>
      <span class="row-end">
        {(!isOver || isText) && (
          <button type="button" class="link" onClick={again}>
            {t(isUncertain ? 'sendAgain' : 'retry')}
          </button>
        )}
        {(isOver || entry.outgoing) && isText && (
          <button type="button" class="link" onClick={change}>
            {t('rewriteUnsent')}
          </button>
        )}
        {failed > 1 && (
          <button type="button" class="link" onClick={() => model.outbox.retryAll(entry.chatId)}>
            {t('retryAll', { n: failed })}
          </button>
        )}
        {!isOver && (
          <button type="button" class="link quiet" onClick={() => void model.discard(entry)}>
            {t(isUncertain ? 'leave' : 'remove')}
          </button>
        )}
      </span>
    </div>
  );
}
