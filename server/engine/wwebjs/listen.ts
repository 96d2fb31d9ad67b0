import type { EngineEvent } from '../../contract/engine-event.ts';
import { decodeGroupChange, rawOfNotification } from './decode-system.ts';
import { decodeAck, decodeChat, decodeEdit, decodeMessage, decodeReaction, decodeRevoke } from './decode.ts';
import { Echoes } from './echoes.ts';
import type { Live } from './live.ts';
import { tellChat } from './one-person.ts';

/** In which the library tells of a group's lines. */
const groupNotices = [
  'group_join',
  'group_leave',
  'group_admin_changed',
  'group_membership_request',
  'group_update',
];

/** Ties the library's events to a Live. Nothing here throws: an exception would surface in the page. */
export function listenTo(live: Live): void {
  const { client } = live;
  const echoes = new Echoes();
  const tell = (event: EngineEvent | undefined): void => {
    if (event && !echoes.isEcho(event)) live.tell(event);
  };
  const hear = (name: string, listener: (...values: unknown[]) => void): void => {
    client.on(
      name as never,
      ((...values: unknown[]) => {
        try {
          listener(...values);
        } catch (error) {
          live.log('warn', `${name}: ${String(error)}`);
        }
      }) as never,
    );
  };
  /** The page's own model; the library's copy of it leaves things out. */
  const model = (message: unknown): unknown => (message as { _data?: unknown } | undefined)?._data ?? message;

  const message = (what: unknown): void => tell(decodeMessage(model(what), 'live', live.me));
  hear('message_create', message);
  hear('message', message);
  hear('message_ciphertext', message);
  hear('message_ack', (what, ack) => tell(decodeAck(model(what), ack)));
  hear('message_edit', (what, body, before) => tell(decodeEdit(model(what), body, before, Date.now())));
  hear('message_revoke_everyone', (what) => tell(decodeRevoke(model(what), Date.now())));
  hear('message_reaction', (what) => tell(decodeReaction(what, live.me)));
  const changed = (notification: unknown): void => {
    const raw = rawOfNotification(notification);
    message(raw);
    for (const event of decodeGroupChange(raw)) tell(event);
  };
  for (const name of groupNotices) hear(name, changed);
  hear('chat_archived', (chat, archived) => {
    const event = decodeChat(chat);
    if (event) tellChat(live, { ...event, ...(typeof archived === 'boolean' ? { archived } : {}) });
  });

  hear('qr', (value) => typeof value === 'string' && live.qr(value));
  hear('code', (value) => typeof value === 'string' && live.linking.code(value));
  hear('loading_screen', (percent) => live.syncing(Math.min(100, Math.max(0, Number(percent) || 0))));
  hear('authenticated', () => live.syncing(0));
  hear('ready', () => void live.ready());
  hear('change_state', (state) => typeof state === 'string' && live.socket(state));
  hear('disconnected', (reason) => {
    if (reason === 'LOGOUT') live.loggedOut();
    else if (typeof reason === 'string') live.socket(reason);
  });
}
