import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useCallback, useEffect } from 'preact/hooks';
import { canSend } from '../model/linking.ts';
import { t, tCode } from '../text/text.ts';
import { ConnectionBanner } from './banner.tsx';
import { chatName } from './chat-row.tsx';
import { phoneText } from './phone-text.ts';
import { Composer } from './composer.tsx';
import { Corner } from './corner.tsx';
import { Waiting } from './waiting.tsx';
import { Avatar, hueOf, IconButton, Notice } from './parts.tsx';
import { listExtras } from './list-extras.ts';
import { reason } from './reason.ts';
import { useRoom } from './shell.ts';
import { bringTalk, talk } from './talk.ts';

/** One conversation: who it is with, what was said, what is being said. */
export function Chat({ chatId, isWide }: { chatId: number; isWide: boolean }): JSX.Element {
  const { model } = useRoom();
  const chat = model.findChat(chatId);
  const desk = model.desk.value;
  const session = desk?.session.value;
  const name = chat ? chatName(chat) : t('unknownPerson');
  const isBlocked = Boolean(
    session && session.capabilities.pairing.length && !canSend(session) && session.state !== 'syncing',
  );
  const sent = useSignal(0);
  const onSent = useCallback(() => void sent.value++, []);
  const parts = talk.value;
  const extras = listExtras.value;
  const { search } = model.talk;
  const doing = extras && model.presences.in(chatId);
  const seen = extras && !doing && model.presences.lastSeen(chatId);
  const isChoosing = typeof parts === 'object' && parts.chosen.value !== null;
  useEffect(() => void bringTalk(), []);
  const trouble = model.trouble.value;
  useEffect(() => () => void (model.trouble.value = null), [chatId]);
  return (
    <div
      class="page chat"
      onKeyDown={(event) => {
        if (event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
        event.preventDefault();
        search.open(chatId);
      }}
    >
      <header class="bar">
        {!isWide && <IconButton icon="back" flip label={t('back')} onClick={() => model.show('chats')} />}
        {chat && <Avatar id={chat.id} name={chat.name} kind={chat.kind} picture={chat.picture} small />}
        <div class="grow title-two">
          <h2 class="ellipsis" dir="auto">
            {name}
          </h2>
          {chat && (doing || seen || chat.kind !== 'person' || (chat.phone && chat.name)) && (
            <small class="ellipsis">
              {doing ? (
                <extras.Doing doing={doing} />
              ) : chat.kind === 'person' ? (
                <>
                  {seen && <extras.LastSeen at={seen} />}
                  {seen && chat.phone && chat.name && ' · '}
                  {chat.phone && chat.name && <bdi dir="ltr">{phoneText(chat.phone)}</bdi>}
                </>
              ) : (
                t(chat.kind)
              )}
              {desk && model.desks.value.length > 1 && (
                <>
                  {' · '}
                  <span class={`number-name hue${hueOf(desk.id)}`}>{desk.name}</span>
                </>
              )}
            </small>
          )}
        </div>
        {isWide && typeof parts === 'object' && (
          <IconButton icon="search" label={t('searchInChat')} onClick={() => search.open(chatId)} />
        )}
        {typeof parts === 'object' && chat && <parts.Viewers chat={chat} />}
        {typeof parts === 'object' && chat && <parts.ChatMenu chat={chat} />}
        <Corner />
      </header>
      {!isWide && <ConnectionBanner />}
      {typeof parts === 'object' &&
        chat &&
        (search.chatId.value === chatId ? (
          <parts.SearchBar key={chatId} chatId={chatId} />
        ) : (
          <parts.WorkStrip chat={chat} />
        ))}
      {parts === 'failed' ? (
        <Notice icon="alert" title={t('messagesFailed')} isAlert>
          <button type="button" class="primary" onClick={() => void bringTalk()}>
            {t('retry')}
          </button>
        </Notice>
      ) : parts ? (
        <parts.MessageList
          key={chatId}
          chatId={chatId}
          name={name}
          isGroup={chat?.kind === 'group'}
          sent={sent}
          canBackfill={session?.capabilities.history ?? false}
        />
      ) : (
        <Waiting />
      )}
      {trouble && (
        <p class="trouble strip" role="alert">
          {tCode('problem_', trouble)}
        </p>
      )}
      {typeof parts === 'object' && chat && <parts.Refused chat={chat} />}
      {chat?.blocked && extras && <extras.BlockedStrip />}
      {isBlocked && <p class="strip quiet">{t('cannotSend')}</p>}
      {session?.code === 'number-archived' && <p class="strip quiet">{reason(session.code).lead}</p>}
      {typeof parts === 'object' && chat && !isChoosing && <parts.WorkNotices chat={chat} />}
      {isChoosing ? (
        <parts.SelectBar chatId={chatId} />
      ) : typeof parts === 'object' && model.work.noting.value.has(chatId) ? (
        <parts.NoteComposer key="note" chatId={chatId} onSaved={onSent} />
      ) : (
        chat?.kind !== 'channel' &&
        session?.code !== 'number-archived' && (
          <Composer
            key="composer"
            chatId={chatId}
            maxLength={session?.capabilities.maxTextLength || 65_536}
            onSent={onSent}
          />
        )
      )}
      {typeof parts === 'object' && chat && (
        <>
          <parts.Overlays chat={chat} onSent={onSent} />
          <parts.FilesSheet chatId={chatId} onSent={onSent} />
        </>
      )}
    </div>
  );
}
