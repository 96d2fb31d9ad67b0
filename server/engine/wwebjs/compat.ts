/**
 * Repairs whatsapp-web.js 1.34.7 on pages newer than itself. Handed to the library as `evalOnNewDoc`: it is made
 * into text and runs in the page before anything else, so it uses nothing from outside its own braces.
 *
 * - July 2026: message keys call their text `$1` instead of `_serialized`. The library then sends a message and
 *   returns nothing, and cannot list chats. An accessor on the key's class gives the old name back.
 * - September 2026: media models carry a private `__x_id` which the page itself then rejects; and downloads need
 *   the media's type.
 *
 * Beside that it counts the sends that began, for `sendsBegun` of page-calls.ts.
 *
 * Everything waits for the moment the library assigns `window.WWebJS`, when the page's modules are sure to exist,
 * and does nothing on a page that does not need it.
 */
export function repairPage(): void {
  type Loose = Record<string, unknown>;
  type Call = (...values: unknown[]) => unknown;
  const page = window as unknown as Loose & { require: (name: string) => Loose };
  let library: Loose | undefined;
  const begun = { page: crypto.randomUUID(), count: 0 };
  Object.defineProperty(window, 'sendsBegun', { value: begun });

  const attempt = (repair: () => void): void => {
    try {
      repair();
    } catch {
      // The module is not on this page: nothing of it to repair.
    }
  };

  const repairKeys = (): void => {
    const key = page.require('WAWebMsgKey') as unknown as { prototype: object };
    if (Object.hasOwn(key.prototype, '_serialized')) return;
    Object.defineProperty(key.prototype, '_serialized', {
      configurable: true,
      get(this: object) {
        return String(this);
      },
      // Older pages assign it in their constructor.
      set(this: object, value: unknown) {
        Object.defineProperty(this, '_serialized', {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      },
    });
  };

  const repairMediaSends = (): void => {
    const sending = page.require('WAWebSendMsgChatAction');
    const original = sending['addAndSendMsgToChat'] as Call & { repaired?: boolean };
    if (original.repaired) return;
    const repaired = (chat: unknown, message: Loose, ...rest: unknown[]): unknown => {
      delete message['__x_id'];
      // Whoever finds the count unchanged after a failure knows that nothing was sent.
      begun.count += 1;
      return original(chat, message, ...rest);
    };
    sending['addAndSendMsgToChat'] = Object.assign(repaired, { repaired: true });
  };

  const repairDownloads = (): void => {
    const manager = page.require('WAWebDownloadManager')['downloadManager'] as Loose;
    const original = manager['downloadAndMaybeDecrypt'] as Call & { repaired?: boolean };
    if (original.repaired) return;
    const repaired = (wanted: Loose): unknown => {
      if (wanted['mimetype']) return original.call(manager, wanted);
      const { Msg } = page.require('WAWebCollections') as { Msg: { getModelsArray(): Loose[] } };
      const message = Msg.getModelsArray().find((model) => model['directPath'] === wanted['directPath']);
      return original.call(manager, { ...wanted, mimetype: message?.['mimetype'] });
    };
    manager['downloadAndMaybeDecrypt'] = Object.assign(repaired, { repaired: true });
  };

  // A key leaves the page with its own fields only, so the accessor's value is written into the copy.
  const withSerializedKey =
    (original: Call): Call =>
    (message) => {
      const model = original(message) as Loose;
      const id = model?.['id'];
      if (id === null || typeof id !== 'object' || Object.hasOwn(id, '_serialized')) return model;
      model['id'] = { ...id, _serialized: String((message as Loose)['id']) };
      return model;
    };

  Object.defineProperty(window, 'WWebJS', {
    configurable: true,
    get: () => library,
    set: (assigned: Loose) => {
      for (const repair of [repairKeys, repairMediaSends, repairDownloads]) attempt(repair);
      library = new Proxy(assigned, {
        set(target, name, value) {
          target[String(name)] = name === 'getMessageModel' ? withSerializedKey(value as Call) : value;
          return true;
        },
      });
    },
  });
}
