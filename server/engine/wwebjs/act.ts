import type { JSHandle } from 'puppeteer';
import { inviteLinkOf } from '../../contract/invitation.ts';
import type { InviteLinkOutcome, VerbOutcome } from '../../contract/outcome.ts';
import type { Deed, Handle } from '../../engine-child/protocol.ts';
import type { Live } from './live.ts';
import {
  arrangeChat,
  blockPerson,
  editMessage,
  findMessage,
  reactTo,
  revokeMessage,
  starMessage,
  tellTyping,
  type DeedWord,
  type PageMessage,
} from './page-message.ts';
import { groupCode, joinGroup } from './page-invitation.ts';
import { castVote } from './page-poll.ts';
import { TimedOut, within } from './time-limit.ts';

const findLimitMs = 15_000;
const deedLimitMs = 20_000;

/** Does something to a message or a chat. Repeating it is harmless, so a failure says only "not now". */
export async function act(live: Live, deed: Deed): Promise<VerbOutcome> {
  if (live.phase !== 'working' || !live.page) return { kind: 'not-done', reason: 'session-not-working' };
  try {
    return outcomeOf(await perform(live.page, deed));
  } catch (error) {
    return { kind: 'not-done', reason: error instanceof TimedOut ? 'timeout' : 'engine-error' };
  }
}

/** The link into a group we look after. */
export async function tellInviteLink(live: Live, group: string): Promise<InviteLinkOutcome> {
  if (live.phase !== 'working' || !live.page) return { kind: 'not-done', reason: 'session-not-working' };
  try {
    const link = inviteLinkOf(await within(deedLimitMs, 'a link', live.page.evaluate(groupCode, group)));
    return link ? { kind: 'done', link } : { kind: 'refused', reason: 'refused-by-whatsapp' };
  } catch (error) {
    return { kind: 'not-done', reason: error instanceof TimedOut ? 'timeout' : 'engine-error' };
  }
}

type Page = NonNullable<Live['page']>;

async function perform(page: Page, deed: Deed): Promise<DeedWord> {
  const bounded = (doing: Promise<DeedWord>): Promise<DeedWord> => within(deedLimitMs, deed.do, doing);
  switch (deed.do) {
    case 'edit':
      return withMessage(page, deed.message, (found) =>
        bounded(page.evaluate(editMessage, found, deed.body)),
      );
    case 'revoke':
      return withMessage(page, deed.message, (found) => bounded(page.evaluate(revokeMessage, found)));
    case 'react':
      return withMessage(page, deed.message, (found) => bounded(page.evaluate(reactTo, found, deed.emoji)));
    case 'star':
      return withMessage(page, deed.message, (found) =>
        bounded(page.evaluate(starMessage, found, deed.starred)),
      );
    case 'vote':
      return withMessage(page, deed.message, (found) =>
        bounded(page.evaluate(castVote, found, deed.options)),
      );
    case 'join':
      return withMessage(page, deed.message, (found) => bounded(page.evaluate(joinGroup, found)));
    case 'block':
      return bounded(page.evaluate(blockPerson, deed.person, deed.blocked));
    case 'typing': {
      const state: 'typing' | 'recording' | 'stop' = deed.what === 'paused' ? 'stop' : deed.what;
      return bounded(page.evaluate(tellTyping, deed.chat, state));
    }
    case 'pin':
    case 'archive':
    case 'mute':
    case 'mark-unread':
      // What changes is heard where the page's chats are listened to (page-watch.ts).
      return bounded(page.evaluate(arrangeChat, deed.chat, deed.do, valueOf(deed)));
    default:
      throw new Error(`no deed ${String(deed satisfies never)}`);
  }
}

function valueOf(deed: Extract<Deed, { do: 'pin' | 'archive' | 'mute' | 'mark-unread' }>): boolean | number {
  if (deed.do === 'pin') return deed.pinned;
  if (deed.do === 'archive') return deed.archived;
  if (deed.do !== 'mute') return true;
  // The page counts in seconds; ten years from now are "for ever".
  if (deed.until === 0) return 0;
  return deed.until > Date.now() + 315_360_000_000 ? -1 : Math.round(deed.until / 1000);
}

/** Hands a message to `use` as it lives in the page, and lets go of it afterwards. */
export async function withMessage<T>(
  page: Page,
  wanted: Handle,
  use: (found: JSHandle<PageMessage>) => Promise<T>,
): Promise<T | 'missing'> {
  const finding = page.evaluateHandle(findMessage, wanted);
  const found = await within(findLimitMs, 'finding the message', finding);
  try {
    if (!(await page.evaluate((one) => one !== undefined, found))) return 'missing';
    return await use(found as JSHandle<PageMessage>);
  } finally {
    void found.dispose().catch(() => {});
  }
}

function outcomeOf(word: DeedWord): VerbOutcome {
  switch (word) {
    case 'done':
      return { kind: 'done' };
    case 'too-late':
      return { kind: 'refused', reason: 'too-late' };
    case 'not-ours':
    case 'refused':
      return { kind: 'refused', reason: 'refused-by-whatsapp' };
    case 'missing':
      // The page may not have loaded it yet.
      return { kind: 'not-done', reason: 'engine-error' };
    default:
      throw new Error(`no word ${String(word satisfies never)}`);
  }
}
