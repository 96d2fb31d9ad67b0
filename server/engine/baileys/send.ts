import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { proto } from 'baileys';
import type { AnyMessageContent, WAMessage, WAUrlInfo } from 'baileys';
import { Ack } from '../../contract/ack.ts';
import { addressKind, type Address } from '../../contract/address.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { firstLine } from '../../engine-child/trouble.ts';
import { ackLimitMs, ackOf } from './acknowledgement.ts';
import { keyOf, toJid } from './jid.ts';
import type { Life } from './life.ts';
import type { CallArgs } from './protocol.ts';
import type { WASocket } from './socket.ts';
import { TimedOut, within } from './time-limit.ts';

const { Status } = proto.WebMessageInfo;
type Request = CallArgs<'send'>;
const largestFile = 64 * 1024 * 1024;
const handLimitMs = 60_000;
/** An upload at 64 KiB/s. */
const uploadMs = (size: number): number => Math.ceil(size / 65_536) * 1_000;

/** The same client id is the same message: whoever gets it twice shows it once. */
export const messageIdOf = (clientId: string): string =>
  `3EB0${createHash('sha256').update(`chatdock\0${clientId}`).digest('hex').toUpperCase().slice(0, 18)}`;

/** Sends one message and waits for WhatsApp's word that it has it. Never rejects. */
export async function send(life: Life, request: Request, waited: AbortSignal): Promise<Outcome> {
  const { socket } = life;
  if (life.phase !== 'working' || !socket) return { kind: 'not-sent', reason: 'session-not-working' };
  if (waited.aborted) return { kind: 'not-sent', reason: 'timeout' };
  const messageId = messageIdOf(request.clientId);
  try {
    if (!(await isThere(socket, request.chat))) return { kind: 'refused', reason: 'not-on-whatsapp' };
    const prepared = await prepare(life, request);
    if ('kind' in prepared) return prepared;
    life.remember(messageId, request.clientId);
    return await hand(life, socket, messageId, request, prepared);
  } catch (error) {
    // Until `hand` has begun nothing has left; and what it says it says itself.
    life.log('warn', `a send failed: ${firstLine(error)}`);
    return { kind: 'not-sent', reason: error instanceof TimedOut ? 'timeout' : 'engine-error' };
  }
}

/** Whom we have a session or a pair with is there; a number nobody wrote to is asked for once. */
async function isThere(socket: WASocket, chat: Address): Promise<boolean> {
  if (addressKind(chat) !== 'phone') return true;
  const jid = toJid(chat);
  const { signalRepository } = socket;
  if ((await signalRepository.validateSession(jid)).exists) return true;
  const [found] = (await within(15_000, 'asking for a number', socket.onWhatsApp(jid))) ?? [];
  return found?.exists === true;
}

interface Prepared {
  content: AnyMessageContent;
  quoted?: WAMessage;
  limitMs: number;
}

async function prepare(life: Life, request: Request): Promise<Prepared | Outcome> {
  const { body, media, forward, poll } = request;
  const quoted = request.quotedMessageId ? await quotedOf(life, request, request.quotedMessageId) : undefined;
  const base = { limitMs: handLimitMs, ...(quoted ? { quoted } : {}) };
  const mentions = request.mentions?.length ? { mentions: request.mentions.map(toJid) } : {};
  if (forward) {
    const message = await life.messageOf(forward.messageId);
    const passed = message ?? (body ? { conversation: body } : undefined);
    // What is not on this device cannot be passed on from it.
    if (!passed) return { kind: 'refused', reason: 'not-supported' };
    const isFile = !message && body === '';
    if (isFile) return { kind: 'refused', reason: 'not-supported' };
    // One of ours is passed on as forwarded, too.
    const info = { key: keyOf(forward), message: passed } as WAMessage;
    return { ...base, content: { forward: info, force: true } };
  }
  if (poll) {
    const { question: name, options: values, several } = poll;
    return { ...base, content: { poll: { name, values, selectableCount: several ? 0 : 1 } } };
  }
  // Never made by the library, which would fetch the page by itself.
  if (!media) return { ...base, content: { text: body, linkPreview: previewOf(request), ...mentions } };
  const size = (await stat(media.file).catch(() => undefined))?.size;
  if (size === undefined) return { kind: 'refused', reason: 'file-missing' };
  if (size === 0 || size > largestFile || !isPossible(media))
    return { kind: 'refused', reason: 'file-refused' };
  const caption = body && ['image', 'video', 'document'].includes(media.as) ? { caption: body } : {};
  return {
    ...base,
    content: { ...partOf(media), ...caption, ...mentions } as AnyMessageContent,
    limitMs: handLimitMs + uploadMs(size),
  };
}

/** In the library's spelling; WhatsApp shows it where the address stands in the text as it is named here. */
function previewOf({ link }: Request): WAUrlInfo | null {
  if (!link) return null;
  const { url, title = '', description } = link;
  return { 'canonical-url': url, 'matched-text': url, title, ...(description ? { description } : {}) };
}

function partOf({ as, file, mime, fileName }: NonNullable<Request['media']>): object {
  const url = { url: file };
  switch (as) {
    case 'image':
      return { image: url, mimetype: mime };
    case 'video':
      return { video: url, mimetype: mime };
    case 'voice':
      return { audio: url, mimetype: mime, ptt: true };
    case 'audio':
      return { audio: url, mimetype: mime };
    case 'sticker':
      return { sticker: url, mimetype: mime };
    default:
      return { document: url, mimetype: mime, fileName };
  }
}
const isPossible = ({ as, mime }: NonNullable<Request['media']>): boolean =>
  as === 'document' ||
  mime.startsWith(
    { image: 'image/', video: 'video/', voice: 'audio/', audio: 'audio/', sticker: 'image/' }[as],
  );

/** The quoted message with what of it is shown; nobody's answer is lost because it is not here. */
async function quotedOf(life: Life, { chat }: Request, messageId: string): Promise<WAMessage | undefined> {
  const kept = await life.infoOf(messageId);
  if (kept?.message && kept.key) return kept as WAMessage;
  const found = await life.ask('find', { messageId }).catch(() => null);
  if (!found) return undefined;
  const participant = found.sender && !found.fromMe ? { participant: found.sender } : {};
  const key = keyOf({ chat, messageId, fromMe: found.fromMe, ...participant });
  return { key, message: { conversation: found.body } } as WAMessage;
}

async function hand(
  life: Life,
  socket: WASocket,
  messageId: string,
  request: Request,
  prepared: Prepared,
): Promise<Outcome> {
  const { chat } = request;
  const { content, quoted, limitMs } = prepared;
  const answer = ackOf(socket, messageId);
  const options = { messageId, ...(quoted ? { quoted } : {}) };
  const sending = socket.sendMessage(toJid(chat), content, options);
  // Also when nobody waits any more: what WhatsApp has is told, and nothing before.
  const answered = Promise.all([answer.error, sending]).then(async ([error, sent]) => {
    answer.stop();
    if (error !== undefined || !sent) return error;
    life.saying.delete(messageId);
    await socket
      .upsertMessage({ ...sent, status: Status.SERVER_ACK }, 'append')
      .catch((problem: unknown) => life.log('warn', `our own message: ${firstLine(problem)}`));
    return error;
  });
  answered.catch(() => {});
  try {
    const sent = await within(limitMs, 'sending', sending);
    // Whoever cannot read it asks for it again, perhaps of the next life.
    if (sent) life.keep(sent);
    const error = await within(ackLimitMs, 'the acknowledgement', answered);
    if (error === undefined) return { kind: 'accepted', messageId, ack: Ack.server, at: Date.now() };
    return { kind: 'refused', reason: error === '404' ? 'not-on-whatsapp' : 'refused-by-whatsapp' };
  } catch (error) {
    life.log('warn', `a send failed on its way: ${firstLine(error)}`);
    if (error instanceof TimedOut) return { kind: 'uncertain', reason: 'timeout' };
    const isCut = socket.ws.isClosed || socket.ws.isClosing;
    // The stanza is the last that is done, and its id is the same when it is sent again.
    return isCut
      ? { kind: 'uncertain', reason: 'engine-stopped' }
      : { kind: 'not-sent', reason: 'engine-error' };
  }
}
