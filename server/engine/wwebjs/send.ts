import { readFile, stat } from 'node:fs/promises';
import { Ack, isAck } from '../../contract/ack.ts';
import type { Address } from '../../contract/address.ts';
import { toMessageReference } from '../../contract/message-reference.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { withMessage } from './act.ts';
import { MessageMedia, Poll } from './library.ts';
import type { Live } from './live.ts';
import { fullKey, openChat, sendsBegun } from './page-calls.ts';
import { forwardTo } from './page-message.ts';
import type { CallArgs } from './protocol.ts';
import { isNotOnWhatsApp } from './trouble.ts';
import { TimedOut, within } from './time-limit.ts';
import { largestFile, uploadMs } from './upload.ts';

const openLimitMs = 20_000;
const sendLimitMs = 45_000;
type Request = CallArgs<'send'>;
type Options = Record<string, unknown>;
type Page = NonNullable<Live['page']>;

/**
 * Two steps, so that as much as possible is certain: until the chat is open and the file is read nothing has been sent;
 * from the call on, only an answer tells, or that the page never began.
 */
export async function send(live: Live, request: Request): Promise<Outcome> {
  const page = live.page;
  if (live.phase !== 'working' || !page) return { kind: 'not-sent', reason: 'session-not-working' };
  let prepared: Prepared;
  try {
    const opened = await within(openLimitMs, 'opening the chat', page.evaluate(openChat, request.chat));
    if (!opened) return { kind: 'refused', reason: 'not-on-whatsapp' };
    const ready = await prepare(page, request);
    if ('kind' in ready) return ready;
    prepared = ready;
  } catch (error) {
    if (isNotOnWhatsApp(error)) return { kind: 'refused', reason: 'not-on-whatsapp' };
    return { kind: 'not-sent', reason: error instanceof TimedOut ? 'timeout' : 'engine-error' };
  }
  if (page.isClosed()) return { kind: 'not-sent', reason: 'session-not-working' };
  return request.forward ? forward(page, request, request.forward) : hand(live, page, request, prepared);
}

interface Prepared {
  content: string | MessageMedia | Poll;
  options: Options;
  limitMs: number;
  /** The page's count of sends before, and which page it was. */
  begun: string;
}

async function prepare(page: Page, request: Request): Promise<Prepared | Outcome> {
  const { body, media, mentions, poll, link } = request;
  // Reading is told separately (`markRead`): together with a send it fails on some pages and takes the send along.
  const options: Options = { sendSeen: false, linkPreview: false };
  if (request.quotedMessageId) {
    const key = await quotedKey(page, request.chat, request.quotedMessageId);
    if (key) options['quotedMessageId'] = key;
  }
  if (mentions?.length) options['mentions'] = mentions;
  // Ours goes into the message as it is. The library's own asks the page, which asks the phone and may wait for ever.
  if (link) {
    const { url: matchedText, ...words } = link;
    options['extra'] = { preview: true, subtype: 'url', matchedText, ...words };
  }
  if (poll) {
    // The types ask for the poll's secret; the library makes one where none is given.
    const ways = { allowMultipleAnswers: poll.several } as ConstructorParameters<typeof Poll>[2];
    const content = new Poll(poll.question, poll.options, ways);
    return { content, options, limitMs: sendLimitMs, begun: '' };
  }
  const begun = media ? await within(5_000, 'counting sends', page.evaluate(sendsBegun)) : '';
  if (!media) return { content: body, options, limitMs: sendLimitMs, begun };
  const size = (await stat(media.file).catch(() => undefined))?.size;
  if (size === undefined) return { kind: 'refused', reason: 'file-missing' };
  if (size === 0 || size > largestFile || !isPossible(media))
    return { kind: 'refused', reason: 'file-refused' };
  const data = await readFile(media.file, 'base64');
  const content = new MessageMedia(media.mime, data, media.fileName, size);
  Object.assign(options, waysOf[media.as], body && media.as !== 'sticker' ? { caption: body } : {});
  return { content, options, limitMs: sendLimitMs + uploadMs(size), begun };
}

/** The page has it, or can take it out of its database where the chat is a talk of two. Nobody's answer is lost with it. */
async function quotedKey(page: Page, chat: Address, messageId: string): Promise<string | undefined> {
  const here = await within(5_000, 'finding the quoted', page.evaluate(fullKey, messageId));
  if (here) return here;
  for (const fromMe of [false, true]) {
    const kept = withMessage(page, { chat, messageId, fromMe }, (found) =>
      page.evaluate((one) => String(one['id']), found),
    );
    const key = await within(5_000, 'finding the quoted', kept).catch(() => 'missing');
    if (key !== 'missing') return key;
  }
  return undefined;
}

const waysOf: Record<NonNullable<Request['media']>['as'], Options> = {
  image: {},
  video: {},
  audio: {},
  voice: { sendAudioAsVoice: true },
  document: { sendMediaAsDocument: true },
  sticker: { sendMediaAsSticker: true },
};

/** A moving sticker would need ffmpeg. */
const isPossible = ({ as, mime }: NonNullable<Request['media']>): boolean =>
  as === 'document' ||
  mime.startsWith(
    { image: 'image/', video: 'video/', voice: 'audio/', audio: 'audio/', sticker: 'image/' }[as],
  );

async function hand(live: Live, page: Page, request: Request, prepared: Prepared): Promise<Outcome> {
  const { content, options, limitMs, begun } = prepared;
  try {
    const sent = (await within(
      limitMs,
      'sending',
      live.client.sendMessage(request.chat, content, options),
    )) as unknown;
    const { id, ack, timestamp } = (sent ?? {}) as { id?: unknown; ack?: unknown; timestamp?: unknown };
    return acceptedOf({ id, ack, t: timestamp });
  } catch (error) {
    if (error instanceof TimedOut) return { kind: 'uncertain', reason: 'timeout' };
    // A file is uploaded first: while the page has begun no send, the message has certainly not left.
    if (begun) {
      const now = await within(5_000, 'counting sends', page.evaluate(sendsBegun)).catch(() => '');
      if (now === begun) return { kind: 'not-sent', reason: 'engine-error' };
    }
    return { kind: 'uncertain', reason: 'engine-error' };
  }
}

async function forward(
  page: Page,
  request: Request,
  from: NonNullable<Request['forward']>,
): Promise<Outcome> {
  let hasBegun = false;
  try {
    const made = await withMessage(page, from, (message) => {
      hasBegun = true;
      return within(sendLimitMs, 'forwarding', page.evaluate(forwardTo, message, request.chat));
    });
    // What is not on this device cannot be passed on from it.
    return made === 'missing' ? { kind: 'refused', reason: 'not-supported' } : acceptedOf(made);
  } catch (error) {
    const reason = error instanceof TimedOut ? 'timeout' : 'engine-error';
    return hasBegun ? { kind: 'uncertain', reason } : { kind: 'not-sent', reason };
  }
}

function acceptedOf(sent: { id?: unknown; ack?: unknown; t?: unknown } | undefined): Outcome {
  const reference = toMessageReference(sent?.id);
  if (!reference) return { kind: 'uncertain', reason: 'engine-error' };
  const { ack, t } = sent ?? {};
  return {
    kind: 'accepted',
    messageId: reference.messageId,
    ack: isAck(ack) ? ack : Ack.pending,
    at: typeof t === 'number' ? t * 1000 : Date.now(),
  };
}
