import { computed, effect, type ReadonlySignal } from '@preact/signals';
import type { Chat } from '../../../server/contract/wire.ts';
import type { Api } from '../link/api.ts';
import type { Connection } from '../link/feed.ts';
import { namesMe } from './chat-list.ts';
import type { Timeline } from './timeline.ts';
import type { Work } from './work.ts';

/** Without a socket, who else writes is asked for this often, ms. */
const askEvery = 3_000;

export interface ReadingOptions {
  api: Api;
  work: Work;
  chat: ReadonlySignal<Chat | undefined>;
  timeline(chatId: number): Timeline;
  isReading: ReadonlySignal<boolean>;
  isReady(): boolean;
  /** The Agent's id. */
  me(): number | undefined;
  connection: ReadonlySignal<Connection>;
}

/** What follows from a Chat being on the screen: it is marked as read, and who else writes in it is known. */
export function followReading(options: ReadingOptions): () => void {
  const { api, work, chat, timeline, isReading, isReady, me, connection } = options;
  const openInbox = computed(() => chat.value?.inboxId);
  const stops = [
    effect(() => {
      if (!isReading.value || !chat.value || !isReady()) return;
      if (chat.value.unread === 0 && !namesMe(chat.value, me())) return;
      // What has not come yet has not been seen, though its Chat counts it already.
      const { state, list } = timeline(chat.value.id);
      if (state.value !== 'ready') return;
      api.markRead(chat.value.id, list.value.at(-1)?.id).catch(() => undefined);
    }),
    effect(() => {
      const inboxId = openInbox.value;
      if (inboxId === undefined || connection.value !== 'polling') return undefined;
      const asking = setInterval(() => void work.here.askReplying(inboxId), askEvery);
      return () => clearInterval(asking);
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
