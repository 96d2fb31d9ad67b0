import { proto } from 'baileys';
import type { MediaType } from 'baileys';
import { isGroup } from '../identifiers.ts';
import type { Message, MessageFields, Wid } from '../shapes.ts';
import type { World } from '../world.ts';
import { toJid } from './addresses.ts';
import type { MediaDoor } from './media-door.ts';

type Content = proto.IMessage;

/** How the world's words for files are spelt in a protobuf: which part, and with which key its bytes are sealed. */
const files: Record<string, { part: keyof Content; media: MediaType }> = {
  image: { part: 'imageMessage', media: 'image' },
  video: { part: 'videoMessage', media: 'video' },
  gif: { part: 'videoMessage', media: 'video' },
  ptt: { part: 'audioMessage', media: 'audio' },
  audio: { part: 'audioMessage', media: 'audio' },
  document: { part: 'documentMessage', media: 'document' },
  sticker: { part: 'stickerMessage', media: 'sticker' },
};
const captioned = new Set(['image', 'video', 'gif', 'document']);

/** A message of the world as its writer's phone puts it. */
export async function contentOf(message: Message, world: World, media: MediaDoor): Promise<Content> {
  const written = await partsOf(message, media);
  const context = contextOf(message, world);
  const secret = { messageContextInfo: { messageSecret: media.secretOf(message.id) } };
  const [part] = Object.keys(written) as (keyof Content)[];
  if (!context || part === undefined) return { ...written, ...(part === 'conversation' ? {} : secret) };
  if (part === 'conversation')
    return { extendedTextMessage: { text: written.conversation ?? '', contextInfo: context }, ...secret };
  return { [part]: { ...(written[part] as object), contextInfo: context }, ...secret };
}

async function partsOf(message: Message, media: MediaDoor): Promise<Content> {
  const { type, body, fields = {} } = message;
  const file = files[type];
  if (file && message.media) {
    const sealed = await media.seal(message.media, file.media);
    const caption = captioned.has(type) && body ? { caption: body } : {};
    return { [file.part]: { ...sealed, ...shapeOf(type, message, fields), ...caption } };
  }
  switch (type) {
    case 'chat':
      return fields.title || fields.description
        ? {
            extendedTextMessage: {
              text: body,
              matchedText: fields.matchedText ?? fields.canonicalUrl ?? null,
              title: fields.title ?? null,
              description: fields.description ?? null,
            },
          }
        : { conversation: body };
    case 'location':
    case 'live_location': {
      const [name, address] = (fields.loc ?? '').split('\n');
      const place = { degreesLatitude: fields.lat ?? 0, degreesLongitude: fields.lng ?? 0 };
      if (type === 'live_location') return { liveLocationMessage: place };
      return { locationMessage: { ...place, ...(name ? { name } : {}), ...(address ? { address } : {}) } };
    }
    case 'vcard':
      return { contactMessage: { displayName: fields.vcardFormattedName ?? '', vcard: body } };
    case 'multi_vcard':
      return { contactsArrayMessage: { contacts: fields.vcardList ?? [] } };
    case 'poll_creation':
      return {
        pollCreationMessageV3: {
          name: fields.pollName ?? '',
          options: (fields.pollOptions ?? []).map(({ name }) => ({ optionName: name })),
          selectableOptionsCount: fields.pollSelectableOptionsCount ?? 0,
        },
      };
    case 'groups_v4_invite':
      return {
        groupInviteMessage: {
          groupJid: fields.inviteGrp ?? '',
          groupName: fields.inviteGrpName ?? '',
          inviteCode: fields.inviteCode ?? '',
          inviteExpiration: fields.inviteCodeExp ?? 0,
          ...(fields.comment ? { caption: fields.comment } : {}),
          ...(fields.inviteGrpJpegThum
            ? { jpegThumbnail: Buffer.from(fields.inviteGrpJpegThum, 'base64') }
            : {}),
        },
      };
    case 'call_log':
      return { callLogMesssage: callOf(fields) };
    default:
      // Of a kind that no client knows: fields that its protobuf does not have.
      return {};
  }
}

function callOf(fields: MessageFields): proto.Message.ICallLogMessage {
  const { CallOutcome } = proto.Message.CallLogMessage;
  const isMissed = fields.callOutcome === 'Missed';
  return {
    isVideo: fields.isVideoCall ?? false,
    callOutcome: isMissed ? CallOutcome.MISSED : CallOutcome.CONNECTED,
    ...(fields.callDuration ? { durationSecs: fields.callDuration } : {}),
  };
}

function shapeOf(type: string, { media }: Message, fields: MessageFields): object {
  const size = {
    ...(fields.width ? { width: fields.width } : {}),
    ...(fields.height ? { height: fields.height } : {}),
  };
  const thumbnail = fields.thumbnail ? { jpegThumbnail: Buffer.from(fields.thumbnail, 'base64') } : {};
  const seconds = fields.duration ? { seconds: fields.duration } : {};
  switch (type) {
    case 'ptt':
      return {
        ptt: true,
        ...seconds,
        ...(fields.waveform ? { waveform: Buffer.from(fields.waveform, 'base64') } : {}),
      };
    case 'audio':
      return seconds;
    case 'document':
      return {
        ...(media?.filename ? { fileName: media.filename, title: media.filename } : {}),
        ...thumbnail,
      };
    case 'sticker':
      return { ...size, ...(fields.isAnimated ? { isAnimated: true } : {}) };
    case 'gif':
      return { ...size, ...seconds, ...thumbnail, gifPlayback: true };
    default:
      return { ...size, ...seconds, ...thumbnail, ...(fields.isViewOnce ? { viewOnce: true } : {}) };
  }
}

function contextOf(message: Message, world: World): proto.IContextInfo | undefined {
  const { fields = {}, quoted } = message;
  const context: proto.IContextInfo = {};
  if (fields.isForwarded)
    Object.assign(context, { isForwarded: true, forwardingScore: fields.forwardingScore ?? 1 });
  if (fields.mentionedJidList?.length) context.mentionedJid = fields.mentionedJidList.map(toJid);
  const of = quoted ? world.state.messages.find((one) => one.id === quoted) : undefined;
  if (of) {
    context.stanzaId = of.id;
    context.participant = toJid(writerOf(of, world));
    context.quotedMessage = of.media ? { imageMessage: { caption: of.body } } : { conversation: of.body };
  }
  return Object.keys(context).length ? context : undefined;
}

export const writerOf = (message: Message, world: World): Wid =>
  message.fromMe ? world.me.phone : (message.author ?? message.chat);

export const keyOf = (message: Message): proto.IMessageKey => ({
  remoteJid: toJid(message.chat),
  fromMe: message.fromMe,
  id: message.id,
  ...(isGroup(message.chat) && message.author ? { participant: toJid(message.author) } : {}),
});
