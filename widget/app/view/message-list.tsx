import { useSignal, useSignalEffect, type ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { dayName } from '../text/dates.ts';
import { t } from '../text/text.ts';
import { Bubble } from './bubble.tsx';
import { Waiting } from './waiting.tsx';
import { Icon } from './icon.tsx';
import { useFewAtOnce } from './few-at-once.ts';
import { estimate, knownHeight, learn } from './height.ts';
import { holds, toLines, type Line } from './line.ts';
import { Album } from './talk/album.tsx';
import { chosen } from './talk/select.ts';
import { Notice, Spinner } from './parts.tsx';
import { useRoom } from './shell.ts';
import { nearEnd, useVirtual } from './virtual.ts';

/** Distance from the top, px, at which older ones are fetched. */
const fetchAhead = 600;
/** So long after the first miss, ms, a page is asked for again; after each other one it takes twice as long. */
const firstPause = 1_000;
const longestPause = 30_000;

/** Pages read at most to find where the unread ones begin. */
const mostUnreadPages = 6;

/** How long, ms, a Message that was gone to stands out. */
const flashMs = 1_800;

export function MessageList(props: {
  chatId: number;
  name: string;
  isGroup: boolean;
  canBackfill: boolean;
  /** Goes up with every text the Agent sends: the list goes to its end. */
  sent: ReadonlySignal<number>;
}): JSX.Element {
  const { model, shell } = useRoom();
  const { chatId } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const timeline = model.timeline(chatId);
  const state = timeline.state.value;
  const entries = model.entries(chatId);
  // While single Messages are being chosen, albums lie open.
  const isChoosing = chosen.value !== null;
  const lines = useMemo(() => toLines(entries, !isChoosing), [entries, isChoosing]);
  const isAtEnd = useSignal(true);
  const viewHeight = useRef(0);
  const below = useSignal(0);
  // A day's own name is in sight at the upper end: a second above it would cover it, or what stands before it.
  const isDayInSight = useSignal(false);
  const lastSeen = useRef('');
  // Where the unread ones begin, as it was when the Chat was opened.
  const unreadFrom = useSignal<string | null>(null);
  const isUnreadSeen = useSignal(false);
  const unreadCount = useRef(Math.max(0, model.findChat(chatId)?.unread ?? 0));
  const unreadPages = useRef(0);

  const { virtual, catchUp } = useVirtual({
    scroller,
    count: lines.length,
    estimate: (index) => estimate(lines[index]!, props.isGroup),
    // The same as long as the lines are, or every drawing would measure them all.
    keyOf: useCallback((index: number) => lines[index]!.key, [lines]),
    // The first may have a button above it, the first unread one a line.
    knownHeight: (index) => {
      const line = lines[index];
      return line && index > 0 && line.key !== unreadFrom.peek()
        ? knownHeight(line, props.isGroup)
        : undefined;
    },
    onMeasure: (index, height) => {
      const line = lines[index];
      if (line && index > 0 && line.key !== unreadFrom.peek()) learn(line, height, props.isGroup);
    },
    overscan: 3,
    onScroll: (instance) => {
      // What takes room above the composer moves nobody from the end: the observer below follows.
      const height = instance.scrollRect?.height ?? 0;
      const isLower = height < viewHeight.current;
      viewHeight.current = height;
      if (!isLower || !isAtEnd.peek()) isAtEnd.value = instance.isAtEnd(nearEnd);
      if (isAtEnd.value) below.value = 0;
      const first = instance.range?.startIndex ?? -1;
      isDayInSight.value = lines[first]?.startsDay === true && isDayBelowTop(scroller.current, first);
      const offset = instance.scrollOffset ?? Infinity;
      if (offset < fetchAhead && state === 'ready' && lines.length) void timeline.older();
      if (instance.isAtEnd(fetchAhead)) void timeline.newer();
    },
  });

  /** Back from where a jump has led, too. */
  const toNewest = (isSmooth: boolean): void => {
    if (!timeline.isAtNewest.peek()) {
      void timeline.load().then(() => requestAnimationFrame(() => virtual.scrollToEnd()));
      return;
    }
    const isCalm = !isSmooth || matchMedia('(prefers-reduced-motion: reduce)').matches;
    virtual.scrollToEnd({ behavior: isCalm ? 'auto' : 'smooth' });
  };

  const items = useFewAtOnce(virtual.getVirtualItems(), isAtEnd.value);
  const hasLines = lines.length > 0;
  useLayoutEffect(() => {
    if (hasLines) virtual.scrollToEnd();
  }, [hasLines]);
  // A page further back is brought once the first is on the screen: whoever scrolls up at once does not wait.
  useEffect(() => {
    if (hasLines) void timeline.older();
  }, [hasLines]);
  // At either end one cannot scroll on to ask again for what could not be had.
  const misses = timeline.misses.value;
  useEffect(() => {
    if (!misses) return undefined;
    const again = (): void => {
      if (unreadCount.current || (virtual.scrollOffset ?? Infinity) < fetchAhead) void timeline.older();
      if (virtual.isAtEnd(fetchAhead)) void timeline.newer();
    };
    const timer = setTimeout(again, Math.min(longestPause, firstPause * 2 ** (misses - 1)));
    return () => clearTimeout(timer);
  }, [misses]);
  // More unread ones than one page holds: pages are read until the first of them is here.
  useLayoutEffect(() => {
    const count = unreadCount.current;
    if (!hasLines || !count) return;
    const first = firstUnread(lines, count);
    if (first === -1) {
      if (timeline.isAtStart.peek() || unreadPages.current++ >= mostUnreadPages) unreadCount.current = 0;
      else void timeline.older();
      return;
    }
    unreadCount.current = 0;
    unreadFrom.value = first > 0 ? lines[first]!.key : null;
    if (unreadFrom.value && count > 6) virtual.scrollToIndex(first, { align: 'start' });
  }, [lines]);
  const unreadAt = unreadFrom.value ? lines.findIndex((line) => line.key === unreadFrom.value) : -1;
  const firstShown = virtual.range?.startIndex ?? 0;
  useEffect(() => {
    if (unreadAt !== -1 && unreadAt >= firstShown) isUnreadSeen.value = true;
  }, [unreadAt, firstShown]);
  const sent = props.sent.value;
  useLayoutEffect(() => {
    if (!sent) return;
    unreadFrom.value = null;
    // At once: what was written is seen in the next frame, and no frame after it is spent on the way there.
    toNewest(false);
  }, [sent]);
  const goal = useSignal(0);
  const keepsFocus = useRef(false);
  useSignalEffect(() => {
    const wanted = model.talk.goal.value;
    if (wanted?.chatId !== chatId || timeline.state.value !== 'ready') return;
    void timeline.reach(wanted.messageId).then((isHere) => {
      if (model.talk.goal.peek() !== wanted) return;
      model.talk.goal.value = null;
      keepsFocus.current = wanted.keepsFocus ?? false;
      if (isHere) goal.value = wanted.messageId;
      else shell.announce(t('quoteGone'));
    });
  });
  // The rows reached have been laid out by now.
  useLayoutEffect(() => {
    const index = goal.value ? lines.findIndex((line) => holds(line, goal.value)) : -1;
    if (index === -1) return undefined;
    virtual.scrollToIndex(index, { align: 'center' });
    // A busy machine draws the row some frames later, and may have drawn others there before.
    let frame = requestAnimationFrame(function focus() {
      const article = scroller.current?.querySelector('.goal')?.closest<HTMLElement>('[role=article]');
      if (article && !keepsFocus.current) article.focus({ preventScroll: true });
      if (!article) frame = requestAnimationFrame(focus);
    });
    const end = setTimeout(() => (goal.value = 0), flashMs);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(end);
    };
  }, [goal.value]);
  // An answer above the composer, or a keyboard on the screen, takes room: the end stays in sight.
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      if (catchUp()) isAtEnd.value = virtual.isAtEnd(nearEnd);
      if (isAtEnd.peek() && !goal.peek()) virtual.scrollToEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasLines]);
  // Counts what came while the reader was elsewhere.
  useEffect(() => {
    const key = lines.at(-1)?.key ?? '';
    if (!isAtEnd.value && lastSeen.current && key !== lastSeen.current) {
      const from = lines.findIndex((line) => line.key === lastSeen.current);
      // After a jump far back other ones stand there, which are not new.
      if (from !== -1 && timeline.isAtNewest.peek())
        below.value += lines.slice(from + 1).filter((line) => !line.entry.fromMe).length;
    }
    lastSeen.current = key;
  }, [lines]);
  useEffect(() => {
    const look = (): void => {
      model.isReading.value =
        shell.isShown.value &&
        isAtEnd.value &&
        timeline.isAtNewest.value &&
        document.visibilityState === 'visible';
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      model.isReading.value = false;
    };
  }, [shell.isShown.value, isAtEnd.value, timeline.isAtNewest.value]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && isChoosing) {
      event.stopPropagation();
      chosen.value = null;
      return;
    }
    if (event.key !== 'PageDown' && event.key !== 'PageUp' && event.key !== 'End' && event.key !== 'Home')
      return;
    const articles = Array.from(scroller.current!.querySelectorAll<HTMLElement>('[role=article]'));
    const root = scroller.current!.getRootNode() as ShadowRoot;
    const at = articles.findIndex((article) => article === root.activeElement);
    if (event.key === 'End') virtual.scrollToEnd();
    else if (event.key === 'Home') virtual.scrollToIndex(0);
    else if (at === -1) articles.at(-1)?.focus();
    else articles[at + (event.key === 'PageDown' ? 1 : -1)]?.focus();
    event.preventDefault();
  };

  if (!hasLines && state === 'loading') return <Waiting />;
  if (!hasLines && state === 'failed') {
    return (
      <Notice icon="alert" title={t('messagesFailed')} isAlert>
        <button type="button" class="primary" onClick={() => void timeline.load()}>
          {t('retry')}
        </button>
      </Notice>
    );
  }
  const canAskPhone = props.canBackfill && timeline.isAtStart.value;
  return (
    <div class="messages">
      <div
        ref={scroller}
        class="feed"
        // A feed has nothing but articles; that there are none is none.
        role={hasLines ? 'feed' : 'region'}
        tabIndex={0}
        aria-label={t('messagesWith', { name: props.name })}
        aria-busy={timeline.isLoadingOlder.value}
        onKeyDown={onKeyDown}
      >
        {!hasLines && <Notice icon="bubble" title={t('messagesEmptyTitle')} lead={t('messagesEmptyLead')} />}
        <div class="runway" role="presentation" style={{ height: `${virtual.getTotalSize()}px` }}>
          <div
            role="presentation"
            class="window"
            style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}
          >
            {items.map((item) => {
              const line = lines[item.index];
              if (!line) return null;
              return (
                <div role="presentation" key={line.key} data-index={item.index} ref={virtual.measureElement}>
                  {item.index === 0 && canAskPhone && <FromPhone chatId={chatId} />}
                  {line.startsDay && (
                    <div class="day" key="day">
                      <span>{dayName(line.entry.at)}</span>
                    </div>
                  )}
                  {line.key === unreadFrom.value && <div class="unread-line">{t('unreadHere')}</div>}
                  {line.album ? (
                    <Album
                      album={line.album}
                      position={item.index + 1}
                      isGroup={props.isGroup}
                      isFirst={line.startsGroup}
                      isLast={line.endsGroup}
                      isGoal={goal.value !== 0 && holds(line, goal.value)}
                    />
                  ) : (
                    <Bubble
                      line={line}
                      position={item.index + 1}
                      isGroup={props.isGroup}
                      name={props.name}
                      isGoal={goal.value !== 0 && line.entry.id === goal.value}
                    />
                  )}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {timeline.isLoadingOlder.value && (
        <div class="older" aria-hidden="true">
          <Spinner />
        </div>
      )}
      <FloatingDay
        at={
          state === 'ready' && !isAtEnd.value && !isDayInSight.value
            ? lines[virtual.range?.startIndex ?? -1]?.entry.at
            : undefined
        }
      />
      {unreadAt !== -1 && unreadAt < firstShown && !isUnreadSeen.value && (
        <button
          type="button"
          class="jump to-unread"
          onClick={() => virtual.scrollToIndex(unreadAt, { align: 'start' })}
        >
          <span class="jump-count">{t('toUnread')}</span>
          <Icon name="up" />
        </button>
      )}
      {!(isAtEnd.value && timeline.isAtNewest.value) && (
        <button
          type="button"
          class="jump"
          aria-label={below.value ? t('newMessages', { n: below.value }) : t('latest')}
          onClick={() => toNewest(true)}
        >
          {below.value > 0 && <span class="jump-count">{t('newMessages', { n: below.value })}</span>}
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}

/** The line of the first of so many unread Messages, from the end; -1: it is further back. */
function firstUnread(lines: readonly Line[], count: number): number {
  let left = count;
  for (let index = lines.length - 1; index >= 0; index--) {
    const { entry, album } = lines[index]!;
    if (entry.fromMe || entry.note || entry.type === 'system') continue;
    left -= album?.length ?? 1;
    if (left <= 0) return index;
  }
  return -1;
}

/** The name of the day that this row begins is in sight, and with it whatever stands before it. */
function isDayBelowTop(box: HTMLElement | null, index: number): boolean {
  const day = box?.querySelector(`[data-index="${index}"] .day`);
  return day != null && day.getBoundingClientRect().bottom > box!.getBoundingClientRect().top;
}

function FloatingDay({ at }: { at: number | undefined }): JSX.Element | null {
  return at === undefined ? null : (
    <div class="day floating" aria-hidden="true">
      <span>{dayName(at)}</span>
    </div>
  );
}

/** At the very beginning of what the server has: the phone may have more. */
function FromPhone({ chatId }: { chatId: number }): JSX.Element {
  const timeline = useRoom().model.timeline(chatId);
  const state = timeline.backfill.value;
  return (
    <article class="from-phone" role="article" tabIndex={-1}>
      {state === 'done' ? (
        <small>{t('loadedFromPhone')}</small>
      ) : (
        <button
          type="button"
          class="plain"
          aria-disabled={state === 'asked'}
          onClick={() => void timeline.fromPhone()}
        >
          {state === 'asked' && <Spinner />}
          {t(state === 'asked' ? 'loadingFromPhone' : 'loadFromPhone')}
        </button>
      )}
    </article>
  );
}
