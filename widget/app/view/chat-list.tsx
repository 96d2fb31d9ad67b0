import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Chat } from '../../../server/contract/wire.ts';
import type { ListDesk } from '../model/all-desks.ts';
import { t, tCode } from '../text/text.ts';
import { ChatRow, chatName } from './chat-row.tsx';
import { Filters } from './filters.tsx';
import { FoundDoor } from './found-door.tsx';
import { Icon } from './icon.tsx';
import { bringListExtras } from './list-extras.ts';
import { Listbox } from './listbox.tsx';
import { Notice } from './parts.tsx';
import { SearchField } from './search-field.tsx';
import { useRoom } from './shell.ts';
import { useSteady } from './steady.ts';
import { talk } from './talk.ts';
import { Waiting } from './waiting.tsx';

/** ms of quiet before the server is asked; what is known is searched at once. */
const typingPause = 200;

export function ChatList({ desk }: { desk: ListDesk }): JSX.Element {
  const { model, shell } = useRoom();
  const { chats } = desk;
  useEffect(() => void bringListExtras(shell), []);
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, moved, stir, release } = useSteady(
    chats.list.value,
    `${chats.filter.value}|${chats.label.value}|${chats.sort.value}|${chats.search.value}`,
  );
  const state = chats.state.value;
  const search = chats.search.value;
  useSignalEffect(() => {
    if (chats.state.value !== 'idle') return undefined;
    const timer = setTimeout(() => void chats.more(), chats.search.value ? typingPause : 0);
    return () => clearTimeout(timer);
  });
  const isMerged = desk === model.all;
  const parts = typeof talk.value === 'object' ? talk.value : undefined;
  const menu = useSignal<{ chatId: number; x: number; y: number } | null>(null);
  const chosen = menu.value && chats.rows.get(menu.value.chatId);
  const refused = model.talk.deeds.refused.value;
  const phone = /^\+?[\d ()-]{6,}$/.test(search.trim()) ? search.trim() : '';
  const isFound =
    search.trim() !== '' && (desk.found.hits.value.length > 0 || desk.found.contacts.value.length > 0);
  const selected = model.screen.value.name === 'chat' ? model.chat.value?.id : undefined;
  return (
    <>
      <SearchField
        label={t('searchChats')}
        value={search}
        onInput={(value) => (chats.search.value = value)}
        onDown={() => scroller.current?.focus()}
      />
      <Filters desk={desk} />
      {phone && (
        <button type="button" class="write-to" onClick={() => void model.reach(phone)}>
          <Icon name="pen" size={18} />
          <span>{t('writeTo', { phone })}</span>
        </button>
      )}
      {rows.length ? (
        <div
          class={isFound ? 'found chats' : 'all-chats'}
          onPointerMove={(event) => event.pointerType === 'mouse' && stir()}
          onKeyDown={stir}
          onPointerLeave={release}
        >
          {moved > 0 && (
            <button type="button" class="moved" onClick={release}>
              {t('chatsMoved', { n: moved })}
            </button>
          )}
          <Listbox<Chat>
            label={t('chats')}
            rows={rows}
            rowHeight={72}
            keyOf={(chat) => chat.id}
            nameOf={chatName}
            selected={selected}
            isBusy={state === 'loading'}
            scroller={scroller}
            onChoose={(chat) => model.openChat(chat.id)}
            onMenu={parts && ((chat, x, y) => (menu.value = { chatId: chat.id, x, y }))}
            onTouch={
              parts &&
              ((chat, event) =>
                parts.onRowTouch(
                  event,
                  model.talk.deeds,
                  chat,
                  (x, y) => (menu.value = { chatId: chat.id, x, y }),
                ))
            }
            onNearEnd={() => state !== 'failed' && void chats.more()}
            render={(chat) => (
              <ChatRow
                chat={chat}
                isByWaiting={chats.sort.value === 'waiting'}
                inbox={isMerged ? model.desks.value.find(({ id }) => id === chat.inboxId)?.name : undefined}
                draft={model.drafts.value.get(chat.id) || (model.talk.captions.value.get(chat.id) ?? '')}
                file={model.talk.staged.value.get(chat.id)?.[0]?.name ?? ''}
              />
            )}
          />
        </div>
      ) : (
        !isFound && !(phone && state === 'ready') && <Nothing desk={desk} state={state} search={search} />
      )}
      <FoundDoor desk={desk} />
      {refused && refused.chatId !== selected && (
        <p class="trouble strip" role="alert">
          {tCode('problem_', refused.trouble)}
        </p>
      )}
      {parts && menu.value && chosen && (
        <parts.RowMenu
          key={chosen.id}
          chat={chosen}
          x={menu.value.x}
          y={menu.value.y}
          onClose={() => (menu.value = null)}
        />
      )}
    </>
  );
}

function Nothing({ desk, state, search }: { desk: ListDesk; state: string; search: string }): JSX.Element {
  if (state === 'failed') {
    return (
      <Notice icon="alert" title={t('chatsFailed')} isAlert>
        <button type="button" class="primary" onClick={() => void desk.chats.more()}>
          {t('retry')}
        </button>
      </Notice>
    );
  }
  if (state !== 'ready') return <Waiting />;
  if (search)
    return <Notice icon="search" title={t('searchNoneTitle')} lead={t('searchNoneLead', { search })} />;
  return desk.chats.filter.value === 'all' && !desk.chats.label.value ? (
    <Notice icon="bubble" title={t('chatsEmptyTitle')} lead={t('chatsEmptyLead')} />
  ) : (
    <Notice icon="check" title={t('chatsNoneTitle')} lead={t('chatsNoneLead')} />
  );
}
