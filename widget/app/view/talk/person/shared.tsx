import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Chat, Message } from '../../../../../server/contract/wire.ts';
import { SharedList, sharedKinds as kinds, type SharedKind } from '../../../model/shared-list.ts';
import { shortTime } from '../../../text/dates.ts';
import { t } from '../../../text/text.ts';
import { findLinks } from '../../format.ts';
import { Icon } from '../../icon.tsx';
import { Spinner } from '../../parts.tsx';
import { useRoom } from '../../shell.ts';
import { Drawing } from '../../drawing.tsx';
import { useUrls } from '../file-state.tsx';
import { durationText } from '../../duration.ts';
import { bytesText, fromBase64 } from '../measures.ts';

/** Photos and videos, documents, links of a Chat; what is chosen is shown in its place in the conversation. */
export function Shared({ chat, onJump }: { chat: Chat; onJump: () => void }): JSX.Element {
  const { model } = useRoom();
  const kind = useSignal<SharedKind>('media');
  const tabs = useRef<HTMLDivElement>(null);
  const lists = useMemo(
    () => new Map(kinds.map((one) => [one, new SharedList(model.http, chat.id, one)])),
    [chat.id],
  );
  const list = lists.get(kind.value)!;
  const state = list.state.value;
  useEffect(() => {
    if (list.state.peek() === 'idle') void list.more();
  }, [list]);
  const jump = (message: Message): void => {
    onJump();
    model.talk.goal.value = { chatId: message.chatId, messageId: message.id };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const isRtl = getComputedStyle(tabs.current!).direction === 'rtl';
    const index = (kinds.indexOf(kind.value) + (isRtl ? -step : step) + kinds.length) % kinds.length;
    kind.value = kinds[index]!;
    (tabs.current!.children[index] as HTMLElement).focus();
  };
  const rows = list.rows.value;
  const Row = { media: Tile, documents: DocumentRow, links: LinkRow }[kind.value];
  return (
    <section class="shared" aria-label={t('sharedTitle')}>
      <div ref={tabs} class="shared-tabs" role="tablist" aria-label={t('sharedTitle')} onKeyDown={onKeyDown}>
        {kinds.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            aria-selected={one === kind.value}
            tabIndex={one === kind.value ? 0 : -1}
            onClick={() => (kind.value = one)}
          >
            {t(`shared_${one}`)}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={t(`shared_${kind.value}`)} aria-busy={state === 'loading'}>
        {rows.length > 0 && (
          <ul class={`shared-list ${kind.value}`}>
            {rows.map((message) => (
              <li key={message.id}>
                <Row message={message} onJump={() => jump(message)} />
              </li>
            ))}
          </ul>
        )}
        {state === 'loading' && <Spinner />}
        {state === 'failed' && (
          <p class="trouble" role="alert">
            {t('sharedFailed')}
          </p>
        )}
        {state === 'ready' && !rows.length && list.isWhole.value && (
          <p class="quiet-note">{t(`sharedNone_${kind.value}`)}</p>
        )}
        {(state === 'failed' || (state === 'ready' && !list.isWhole.value)) && (
          <button type="button" class="plain shared-more" onClick={() => void list.more()}>
            {t(state === 'failed' ? 'retry' : 'sharedMore')}
          </button>
        )}
      </div>
    </section>
  );
}

interface RowProps {
  message: Message;
  onJump: () => void;
}

function Tile({ message, onJump }: RowProps): JSX.Element {
  const { media } = message;
  const urls = useUrls(message);
  const isBroken = useSignal(false);
  const small = useMemo(
    () => (media?.thumbnail ? new Blob([fromBase64(media.thumbnail)]) : undefined),
    [media?.thumbnail],
  );
  const isVideo = message.type === 'video';
  const source = isVideo ? urls?.thumbnail : (urls?.thumbnail ?? urls?.original);
  const what = t(isVideo ? 'type_video' : 'type_image');
  return (
    <button
      type="button"
      class="shared-tile"
      aria-label={t('sharedJump', { what, time: shortTime(message.at) })}
      title={message.body || undefined}
      onClick={onJump}
    >
      {small && <Drawing blob={small} />}
      {source && !isBroken.value && (
        <img src={source} alt="" loading="lazy" decoding="async" onError={() => (isBroken.value = true)} />
      )}
      {!small && !source && <Icon name={isVideo ? 'video' : 'image'} size={28} />}
      {isVideo && (
        <span class="length">
          <Icon name="video" size={13} /> {media?.seconds ? durationText(media.seconds) : ''}
        </span>
      )}
    </button>
  );
}

function DocumentRow({ message, onJump }: RowProps): JSX.Element {
  const { media } = message;
  const urls = useUrls(message);
  const name = media?.fileName || t('type_document');
  const size = media?.size ? bytesText(media.size) : '';
  return (
    <div class="shared-row">
      <Icon name="document" size={26} />
      <button type="button" class="shared-main" onClick={onJump}>
        <b class="ellipsis" dir="auto">
          {name}
        </b>
        <small>{[size, shortTime(message.at)].filter(Boolean).join(' · ')}</small>
      </button>
      {urls?.original && (
        <a
          class="icon-button"
          href={urls.original}
          download={media?.fileName}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={t('downloadFile', { name })}
          title={t('download')}
        >
          <Icon name="download" />
        </a>
      )}
    </div>
  );
}

function LinkRow({ message, onJump }: RowProps): JSX.Element {
  const { link } = message.content ?? {};
  const first = findLinks(message.body).find((one) => one.href && /^https?:/.test(one.href));
  const href = first?.href ?? (link && /^https?:/.test(link.url) ? link.url : undefined);
  return (
    <div class="shared-row">
      <Icon name="globe" size={24} />
      <button type="button" class="shared-main" onClick={onJump}>
        <b class="ellipsis" dir="auto">
          {link?.title || href || message.body}
        </b>
        <small class="ellipsis" dir="auto">
          {[shortTime(message.at), link?.title ? href : message.body].filter(Boolean).join(' · ')}
        </small>
      </button>
      {href && (
        <a
          class="icon-button"
          href={href}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={t('sharedOpen', { link: href })}
          title={t('fileOpen')}
        >
          <Icon name="out" />
        </a>
      )}
    </div>
  );
}
