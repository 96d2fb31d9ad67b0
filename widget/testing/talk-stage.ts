import type { Page } from 'playwright';
import { afterEach, beforeEach, expect } from 'vitest';
import { browser, buildAndLaunch, folder } from './built-browser.ts';
import { everyKind } from './every-kind.ts';
import { openWidget, type Look } from './page.ts';
import { aChat, aSession } from './rows.ts';
import { TinyServer } from './tiny-server.ts';

/** What the tests of an open conversation begin with: a server with a group in which every kind of Message stands. */
export let server: TinyServer;
/** The page, once it was opened. */
export let page: Page;
/** What the page complained of. */
export const faults: string[] = [];
/** Ids of the Messages of every kind count from here. */
export const first = 1_000;
const able = {
  ...aSession().capabilities,
  edit: true,
  revoke: true,
  react: true,
  forward: true,
  star: true,
  vote: true,
  invitations: true,
  markUnread: true,
  typing: true,
  arrange: true,
  linkPreviews: true,
  media: true,
};

/** Once, at the top of a file: builds the widget, and begins every test anew. */
export function setTheStage(): void {
  buildAndLaunch(['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--mute-audio']);
  beforeEach(async () => {
    server = await TinyServer.start(folder);
    faults.length = 0;
    const now = Date.now();
    const last = {
      body: 'And this one?',
      type: 'text' as const,
      at: now,
      fromMe: false,
      ack: 0 as const,
      revoked: false,
    };
    server.inbox = { ...server.inbox, session: aSession({ capabilities: able }) };
    server.members = [
      { contactId: 11, name: 'Anna Bianchi', phone: '393331234567', isMe: false, role: 'owner' },
      { contactId: 12, name: 'Иво Петров', phone: '79161234567', isMe: false, role: 'admin' },
      { contactId: 14, name: 'Harbour', phone: '393331112233', isMe: true, role: 'member' },
    ];
    server.commit({
      chats: [
        aChat({ id: 1, name: 'Harbour flat', kind: 'group', phone: null, pinned: true, last }),
        aChat({ id: 2, last: { ...last, at: now - 1_000 } }),
      ],
      messages: everyKind(1, first, now - 60_000),
    });
  });
  afterEach(async () => {
    await page?.context().close();
    await server[Symbol.asyncDispose]();
  });
}

/** Opens the widget at its list. */
export async function openList(look: Look = {}, path = 'plain'): Promise<void> {
  page = await openWidget(browser, server, path, look, faults);
}
/** Opens the Chat in which every kind of Message stands. */
export async function openChat(look: Look = {}, path = 'plain'): Promise<void> {
  await openList(look, path);
  await page.getByRole('option').first().click();
  await page.getByText('And this one?').waitFor();
}
/** The bubble with a text, as near to the end as there is one. */
export const bubble = (text: string) => page.locator('article').filter({ hasText: text }).last();
/** Opens a Message's menu and takes something from it. */
export async function choose(text: string, action: string): Promise<void> {
  await bubble(text).hover();
  await bubble(text).locator('.handle').click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}
/** The bodies of the requests to a route, once there is one. */
export async function told(what: string): Promise<Record<string, unknown>[]> {
  await expect.poll(() => server.told.some((one) => one.what === what)).toBe(true);
  return server.told.filter((one) => one.what === what).map((one) => one.body);
}
