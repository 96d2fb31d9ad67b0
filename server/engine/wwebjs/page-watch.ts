import type { Raw } from './bounds.ts';

// What the page knows and the library does not tell: runs inside WhatsApp's page, once for each time it loads.

type Listener = (model: Raw, ...more: unknown[]) => void;
interface PageWindow {
  require(name: string): never;
  /** Exposed by us. */
  onPageChange?: ((what: 'star' | 'chat' | 'blocked', model: Raw) => unknown) & { isWatching?: boolean };
}

/** Tells stars, pins, archiving, muting, names and who is blocked as they change, on whichever of our devices. */
export function watchPage(): void {
  const page = window as unknown as PageWindow;
  const tell = page.onPageChange;
  if (!tell || tell.isWatching) return;
  tell.isWatching = true;
  const { Msg, Chat, Mute, Blocklist } = page.require('WAWebCollections') as {
    Msg: { on(names: string, listener: Listener): void };
    Chat: { on(names: string, listener: Listener): void; get(id: unknown): Raw | undefined };
    Mute?: { on?(names: string, listener: Listener): void };
    Blocklist?: { on?(names: string, listener: Listener): void; getModelsArray?(): Raw[] };
  };
  Msg.on('change:star', (message) => {
    const { fromMe, id, remote } = message['id'] as { fromMe: boolean; id: string; remote: unknown };
    void tell('star', { id: { fromMe, id, remote: String(remote) }, star: message['star'] === true });
  });
  const tellChat = (chat: Raw | undefined): void => {
    if (!chat) return;
    const mute = chat['mute'] as { expiration?: unknown } | undefined;
    void tell('chat', {
      id: String(chat['id']),
      name: chat['name'],
      formattedTitle: chat['formattedTitle'],
      pinned: Boolean(chat['pin']),
      archived: chat['archive'] === true,
      muteExpiration: mute?.expiration ?? chat['muteExpiration'],
    });
  };
  Chat.on('change:pin change:archive change:muteExpiration change:name', tellChat);
  const tellBlocked = (): void => {
    const people = Blocklist?.getModelsArray?.().map((one) => String(one['id']));
    if (people) void tell('blocked', { people });
  };
  Blocklist?.on?.('add remove reset', tellBlocked);
  tellBlocked();
  Mute?.on?.('change:expiration', (mute) => tellChat(Chat.get(mute['id'])));
}

/** Who is in these groups. With `fresh` WhatsApp is asked; without, only where the page knows nobody yet. */
export async function listGroups(ids: readonly string[], fresh: boolean): Promise<Raw[]> {
  const page = window as unknown as PageWindow;
  const collections = page.require('WAWebCollections') as Record<
    string,
    { get?(id: unknown): Raw | undefined; update?(id: unknown): Promise<unknown> } | undefined
  >;
  const { createWid } = page.require('WAWebWidFactory') as { createWid(id: string): unknown };
  const groups: Raw[] = [];
  for (const id of ids) {
    try {
      const wid = createWid(id);
      const metadataOf = (): Raw | undefined =>
        collections['Chat']?.get?.(wid)?.['groupMetadata'] as Raw | undefined;
      const listOf = (metadata: Raw | undefined): Raw[] => {
        const held = metadata?.['participants'] as { getModelsArray?(): Raw[] } | Raw[] | undefined;
        return Array.isArray(held) ? held : (held?.getModelsArray?.() ?? []);
      };
      if (fresh || !listOf(metadataOf()).length)
        await (collections['GroupMetadata'] ?? collections['WAWebGroupMetadataCollection'])?.update?.(wid);
      const metadata = metadataOf();
      if (!metadata) continue;
      groups.push({
        id,
        subject: metadata['subject'],
        desc: metadata['desc'],
        participants: listOf(metadata).map((one) => ({
          id: String(one['id']),
          isAdmin: one['isAdmin'] === true,
          isSuperAdmin: one['isSuperAdmin'] === true,
        })),
      });
    } catch {
      // One group that cannot be read does not cost the others.
    }
  }
  return groups;
}
