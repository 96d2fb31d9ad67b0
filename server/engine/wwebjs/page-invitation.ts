import type { DeedWord, PageMessage } from './page-message.ts';

// The ways into a group, inside WhatsApp's page. Each function is made into text on the way there: it uses nothing from
// outside its own braces. Codes do not leave the page but as the link that was asked for.

interface PageWindow {
  require(name: string): never;
}

/** Comes into the group the message invites to. A code that was used, or is too old, is `too-late`. */
export async function joinGroup(message: PageMessage): Promise<DeedWord> {
  const page = window as unknown as PageWindow;
  const code = message['inviteCode'];
  const until = Number(message['inviteCodeExp']);
  const spelt = (wid: unknown): string => String((wid as { _serialized?: unknown })?._serialized ?? wid);
  const group = spelt(message['inviteGrp']);
  if (message.type !== 'groups_v4_invite' || !group.endsWith('@g.us')) return 'refused';
  if (typeof code !== 'string' || !code || !(until * 1000 > Date.now())) return 'too-late';
  const { createWid } = page.require('WAWebWidFactory') as { createWid(id: string): unknown };
  const { joinGroupViaInviteV4 } = page.require('WAWebGroupInviteV4Job') as {
    joinGroupViaInviteV4(code: string, until: string, group: string, by: unknown): Promise<unknown>;
  };
  // In a group it is one of its members who invites.
  const by = createWid(spelt(message['author'] ?? message['from']));
  let status: number;
  try {
    const joined = (await joinGroupViaInviteV4(code, String(until), group, by)) as
      { status?: unknown } | undefined;
    status = Number(joined?.status ?? 200);
  } catch (error) {
    const refusal = error as { name?: unknown; statusCode?: unknown; status?: unknown };
    if (refusal.name !== 'ServerStatusCodeError') throw error;
    status = Number(refusal.statusCode ?? refusal.status ?? 400);
  }
  // Conflict: we are there already.
  if (status < 400 || status === 409) return 'done';
  if (status === 404 || status === 410) return 'too-late';
  if (status < 500) return 'refused';
  throw new Error(`joining was answered with ${status}`);
}

/** The code of a group's link; '' where WhatsApp does not tell us. */
export async function groupCode(group: string): Promise<string> {
  const page = window as unknown as PageWindow;
  const { fetchMexGroupInviteCode } = page.require('WAWebMexFetchGroupInviteCodeJob') as {
    fetchMexGroupInviteCode(group: string): Promise<unknown>;
  };
  try {
    const told = await fetchMexGroupInviteCode(group);
    const code = (told as { code?: unknown } | null | undefined)?.code ?? told;
    return typeof code === 'string' ? code : '';
  } catch (error) {
    if ((error as { name?: unknown }).name === 'ServerStatusCodeError') return '';
    throw error;
  }
}
