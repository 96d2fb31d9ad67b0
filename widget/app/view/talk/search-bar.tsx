import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import type { ChatSearch } from '../../model/chat-search.ts';
import { Icon } from '../icon.tsx';
import { IconButton, Spinner } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { DateJump } from './date-jump.tsx';
import { markedWords, wordsOf } from './marks.ts';

/** The server counts no further. */
const mostCounted = 1_000;
/** ms of quiet before the server is asked. */
const typingPause = 200;

/** Search inside one Chat: Enter goes to older hits, Shift+Enter to newer ones, Escape back to the composer. */
export function SearchBar({ chatId }: { chatId: number }): JSX.Element {
  const { model, shell } = useRoom();
  const { search } = model.talk;
  const field = useRef<HTMLInputElement>(null);
  const text = search.text.value;
  const isDating = useSignal(false);
  // Before anything is painted: who types at once types here.
  useLayoutEffect(() => field.current?.focus(), []);
  useEffect(() => {
    return () => {
      markedWords.value = [];
      if (search.chatId.peek() === chatId) search.close();
    };
  }, []);
  useEffect(() => {
    markedWords.value = wordsOf(text);
    if (!text.trim()) return undefined;
    const timer = setTimeout(() => void search.ask(), typingPause);
    return () => clearTimeout(timer);
  }, [text]);
  useSignalEffect(() => {
    if (search.state.value === 'ready') shell.announce(counted(search));
  });
  const leave = (): void => {
    const area = field.current?.closest('.chat')?.querySelector<HTMLElement>('textarea');
    search.close();
    area?.focus();
  };
  const hits = search.hits.value.length;
  const state = search.state.value;
  return (
    <div class="search-bar" role="search">
      <Icon name="search" size={18} />
      <input
        ref={field}
        type="search"
        class="grow"
        value={text}
        dir="auto"
        autoComplete="off"
        enterKeyHint="search"
        aria-label={t('searchInChat')}
        placeholder={t('searchInChat')}
        onInput={(event) => search.type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          if (event.key === 'Enter' || event.key === 'ArrowUp' || event.key === 'ArrowDown') {
            const isNewer = event.key === 'ArrowDown' || (event.key === 'Enter' && event.shiftKey);
            void search.step(isNewer ? 'newer' : 'older');
          } else if (event.key === 'Escape') {
            event.stopPropagation();
            leave();
          } else return;
          event.preventDefault();
        }}
      />
      <span class={`search-count${state === 'failed' ? ' failed' : ''}`} aria-hidden="true">
        {state === 'loading' && !hits ? (
          <Spinner size={15} />
        ) : state === 'failed' ? (
          t('searchFailed')
        ) : state === 'idle' ? (
          ''
        ) : (
          counted(search)
        )}
      </span>
      <span class="search-steps">
        <IconButton
          icon="up"
          class="tight"
          label={t('searchOlder')}
          disabled={!hits || (search.at.value >= hits - 1 && !search.hasMore.value)}
          onClick={() => void search.step('older')}
        />
        <IconButton
          icon="down"
          class="tight"
          label={t('searchNewer')}
          disabled={!hits}
          onClick={() => void search.step('newer')}
        />
      </span>
      <IconButton
        icon="calendar"
        class="tight"
        label={t('jumpToDate')}
        expanded={isDating.value}
        onClick={() => (isDating.value = !isDating.value)}
      />
      <IconButton icon="close" class="tight" label={t('searchClose')} onClick={leave} />
      {isDating.value && <DateJump chatId={chatId} onDone={() => (isDating.value = false)} />}
    </div>
  );
}

/** "3 of 12", "3 of 1000+", "Nothing found". */
function counted({ at, hits, hasMore, total }: ChatSearch): string {
  const read = hits.value.length;
  if (!read) return t('searchNoneTitle');
  const all = Math.max(read, total.value ?? 0);
  const isMore = hasMore.value && (total.value === null || total.value >= mostCounted);
  return t(isMore ? 'searchAtMore' : 'searchAt', { n: at.value + 1, all });
}
