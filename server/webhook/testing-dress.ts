import { createRequire } from 'node:module';
import { loadDialects } from './load.ts';
import type { EngineEvent, MessageEvent } from '../contract/engine-event.ts';

/** A page's model of a message, as whatsapp-web.js gets it. */
export type PageModel = Record<string, unknown>;

export const customer = '15551230001@c.us';
export const ours = '15550009999@c.us';
export const family = '120363040000000001@g.us';
export const member = '99998888777766@lid';

const wid = (address: string) => {
  const [user, server] = address.split('@');
  return { server, user, _serialized: address };
};

let counter = 0;
/** A message of the customer, or with `chat`, `fromMe` and `author` of whoever it is to be. */
export function pageModel(
  type: string,
  data: PageModel = {},
  { chat = customer, fromMe = false, author }: { chat?: string; fromMe?: boolean; author?: string } = {},
): PageModel {
  counter += 1;
  const id = `3EB0${String(counter).padStart(16, '0')}`;
  return {
    viewed: false,
    star: false,
    ack: 1,
    id: {
      fromMe,
      remote: chat,
      id,
      ...(author ? { participant: wid(author) } : {}),
      _serialized: `${fromMe}_${chat}_${id}${author ? `_${author}` : ''}`,
    },
    from: wid(fromMe ? ours : chat),
    to: wid(fromMe ? chat : ours),
    ...(author ? { author: wid(author) } : {}),
    type,
    // Each a second of its own: which of two of one second is the newer, their arrival decides.
    t: 1_795_235_100 + counter,
    notifyName: 'Alice',
    links: [],
    ...data,
  };
}

type LibraryMessage = new (client: object, data: PageModel) => { toJSON?: unknown };
const Message = createRequire(import.meta.url)('whatsapp-web.js/src/structures/Message.js') as LibraryMessage;

/** What the real library makes of a model, as JSON: the body of wwebjs-api, and where WAHA takes its fields from. */
export function libraryMessage(model: PageModel): Record<string, unknown> {
  return JSON.parse(JSON.stringify(new Message({}, model))) as Record<string, unknown>;
}

export function wwebjsApi(dataType: string, data: object): object {
  return { dataType, data, sessionId: 'org1' };
}

/** WAHA's dress of a model (engine WEBJS). */
export function wahaPayload(model: PageModel, more: object = {}): Record<string, unknown> {
  const library = libraryMessage(model);
  const { id, timestamp, from, to, author, body, hasMedia, ack, location, vCards, fromMe } = library;
  return {
    id: (id as { _serialized: string })._serialized,
    timestamp,
    from,
    fromMe,
    source: 'app',
    to,
    ...(author ? { participant: author } : {}),
    body,
    hasMedia,
    media: null,
    ack,
    ackName: 'SERVER',
    location: location ?? null,
    vCards,
    _data: model,
    ...more,
  };
}

export function waha(event: string, payload: object, more: object = {}): object {
  return {
    id: 'evt_1',
    timestamp: 1_795_235_082_611,
    event,
    session: 'org1',
    me: { id: ours, pushName: 'Desk' },
    payload,
    engine: 'WEBJS',
    ...more,
  };
}

const dialects = await loadDialects();

export function decode(dialect: 'waha' | 'wwebjs-api', body: object, receivedAt?: number): EngineEvent[] {
  return dialects.get(dialect)!.decode(JSON.parse(JSON.stringify(body)), receivedAt);
}

/** What each dialect makes of one model: they must agree, save for where the file is to be had. */
export function tellings(model: PageModel): { dialect: string; event: MessageEvent }[] {
  const told = {
    waha: decode('waha', waha('message.any', wahaPayload(model))),
    'wwebjs-api': decode('wwebjs-api', wwebjsApi('message_create', { message: libraryMessage(model) })),
  };
  return Object.entries(told).map(([dialect, events]) => {
    const event = events.find((one) => one.kind === 'message');
    if (!event) throw new Error(`${dialect} tells no message`);
    return { dialect, event };
  });
}
