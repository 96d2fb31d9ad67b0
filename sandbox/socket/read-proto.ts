import { normalizeMessageContent, type proto } from 'baileys';
import type { MediaType } from 'baileys';
import type { DeviceSend } from '../inputs.ts';
import type { MessageFields } from '../shapes.ts';
import { toWid } from './addresses.ts';
import type { MediaDoor } from './media-door.ts';

type Read = Pick<DeviceSend, 'type' | 'body' | 'quoted' | 'media' | 'fields'>;

/** What a device has written, as the world keeps it; `undefined` for what is nothing to be shown. */
export async function readContent(
  message: proto.IMessage | null | undefined,
  media: MediaDoor,
): Promise<Read | undefined> {
  const content = normalizeMessageContent(message);
  if (!content) return undefined;
  const file = fileOf(content);
  const { text, context } = textOf(content);
  const fields: MessageFields = { ...fieldsOf(content), ...fieldsOfContext(context) };
  const read: Read = { type: 'chat', body: text ?? '' };
  if (context?.stanzaId) read.quoted = context.stanzaId;
  if (file) {
    const { of, kind, type } = file;
    if (!of.mediaKey || !of.directPath) return undefined;
    const given = {
      mediaKey: of.mediaKey,
      directPath: of.directPath,
      mimetype: of.mimetype ?? 'application/octet-stream',
      ...(of.fileName ? { fileName: of.fileName } : {}),
    };
    const stored = await media.open(given, kind);
    if (!stored) return undefined;
    Object.assign(read, { type, media: stored, body: of.caption ?? '' });
  } else if (content.locationMessage) read.type = 'location';
  else if (content.contactMessage) {
    read.type = 'vcard';
    read.body = content.contactMessage.vcard ?? '';
  } else if (content.pollCreationMessage ?? content.pollCreationMessageV3) read.type = 'poll_creation';
  else if (text === undefined) return undefined;
  if (Object.keys(fields).length) read.fields = fields;
  return read;
}

interface FilePart {
  mediaKey?: Uint8Array | null;
  directPath?: string | null;
  mimetype?: string | null;
  caption?: string | null;
  fileName?: string | null;
}

function fileOf(content: proto.IMessage): { of: FilePart; kind: MediaType; type: string } | undefined {
  if (content.imageMessage) return { of: content.imageMessage, kind: 'image', type: 'image' };
  if (content.videoMessage) return { of: content.videoMessage, kind: 'video', type: 'video' };
  if (content.audioMessage)
    return { of: content.audioMessage, kind: 'audio', type: content.audioMessage.ptt ? 'ptt' : 'audio' };
  if (content.documentMessage) return { of: content.documentMessage, kind: 'document', type: 'document' };
  if (content.stickerMessage) return { of: content.stickerMessage, kind: 'sticker', type: 'sticker' };
  return undefined;
}

function textOf(content: proto.IMessage): { text?: string; context?: proto.IContextInfo | null } {
  if (typeof content.conversation === 'string' && content.conversation) return { text: content.conversation };
  const [part] = Object.values(content).filter(
    (value): value is { contextInfo?: proto.IContextInfo | null; text?: string | null } =>
      typeof value === 'object' && value !== null && !('messageSecret' in value),
  );
  const text = content.extendedTextMessage?.text;
  return {
    ...(typeof text === 'string' ? { text } : {}),
    ...(part?.contextInfo ? { context: part.contextInfo } : {}),
  };
}

function fieldsOfContext(context: proto.IContextInfo | null | undefined): MessageFields {
  const mentioned = (context?.mentionedJid ?? []).flatMap((jid) => toWid(jid) ?? []);
  return {
    ...(context?.isForwarded ? { isForwarded: true, forwardingScore: context.forwardingScore ?? 1 } : {}),
    ...(mentioned.length ? { mentionedJidList: mentioned } : {}),
  };
}

function fieldsOf(content: proto.IMessage): MessageFields {
  const image = content.imageMessage ?? content.videoMessage ?? content.stickerMessage;
  const seconds = content.videoMessage?.seconds ?? content.audioMessage?.seconds;
  const place = content.locationMessage;
  const poll = content.pollCreationMessage ?? content.pollCreationMessageV3;
  const { matchedText, title, description } = content.extendedTextMessage ?? {};
  return {
    ...(matchedText ? { subtype: 'url', matchedText } : {}),
    ...(matchedText && title ? { title } : {}),
    ...(matchedText && description ? { description } : {}),
    ...(image?.width ? { width: image.width } : {}),
    ...(image?.height ? { height: image.height } : {}),
    ...(seconds ? { duration: seconds } : {}),
    ...(content.audioMessage?.waveform?.length
      ? { waveform: Buffer.from(content.audioMessage.waveform).toString('base64') }
      : {}),
    ...(place ? { lat: place.degreesLatitude ?? 0, lng: place.degreesLongitude ?? 0 } : {}),
    ...(place?.name ? { loc: [place.name, place.address].filter(Boolean).join('\n') } : {}),
    ...(content.contactMessage ? { vcardFormattedName: content.contactMessage.displayName ?? '' } : {}),
    ...(poll
      ? {
          pollName: poll.name ?? '',
          pollOptions: (poll.options ?? []).map((one, localId) => ({ name: one.optionName ?? '', localId })),
          pollSelectableOptionsCount: poll.selectableOptionsCount ?? 0,
        }
      : {}),
  };
}
