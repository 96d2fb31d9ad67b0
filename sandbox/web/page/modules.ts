import { account, alternate, Cmd, Conn, learn, Socket, Stream } from './account.ts';
import { base64, randomBytes } from './bytes.ts';
import {
  blocklist,
  chats,
  contacts,
  findOrCreateChat,
  keepMessage,
  messages,
  reactions,
  type Chat,
  type Message,
} from './chats.ts';
import { Emitter } from './emitter.ts';
import * as invitations from './invitations.ts';
import { call, tell } from './link.ts';
import * as media from './media.ts';
import { MessageKey } from './message-key.ts';
import { Collection, Model } from './model.ts';
import * as polls from './polls.ts';
import * as sending from './sending.ts';
import { createWid, type Wid } from './wid.ts';

const empty = (): Collection => new Collection(Model);
const note = (what: string): void => tell({ kind: 'note', what });
const findLinks = (text: unknown): { href: string }[] =>
  [...String(text ?? '').matchAll(/\bhttps?:\/\/\S+/g)].map(([href]) => ({ href }));

async function queryWidExists(wid: Wid): Promise<{ wid: Wid; lid: Wid | undefined } | null> {
  const found = await call('exists', { wid: String(wid) });
  if (!found.wid) return null;
  learn(found.wid, found.lid);
  return { wid: createWid(found.wid), lid: found.lid ? createWid(found.lid) : undefined };
}

/** By whatever has an address for an id. */
async function requestProfilePicFromServer({ id }: { id: Wid }): Promise<{ eurl: string }> {
  const found = await call('picture', { wid: String(createWid(id)) });
  if ('path' in found) return { eurl: `https://pps.whatsapp.net${found.path}?ccb=1` };
  throw Object.assign(new Error('refused'), { name: 'ServerStatusCodeError', statusCode: found.status });
}

async function loadEarlierMsgs({ chat }: { chat: Chat }): Promise<Message[]> {
  const known = chat.msgs.getModelsArray();
  const before = known.length ? Math.min(...known.map((message) => message.t)) : null;
  const except = known.filter((message) => message.t === before).map((message) => String(message.id));
  const raws = await call('earlier', { chat: String(chat.id), before, except });
  return raws.map((raw) => keepMessage(raw, false));
}

/** Who of a group has it, from the page's own tables. */
async function queryMsgInfo(key: MessageKey): Promise<object> {
  const { delivery, read, played, ...rest } = await call('info', { id: String(key) });
  const modelled = (list: { id: string; t: number }[]): object[] =>
    list.map(({ id, t }) => ({ id: createWid(id), t }));
  return { ...rest, delivery: modelled(delivery), read: modelled(read), played: modelled(played) };
}

const contactGetters = {
  getIsMe: (contact: Model) => [account.me, account.lid].some((wid) => wid?.equals(createWid(contact['id']))),
  getIsUser: (contact: Model) => createWid(contact['id']).isUser(),
  getIsGroup: (contact: Model) => createWid(contact['id']).isGroup(),
  getIsWAContact: (contact: Model) => contact['isWAContact'] ?? true,
  getUserid: (contact: Model) => {
    const wid = createWid(contact['id']);
    return ((wid.isLid() && alternate(wid)) || wid).user;
  },
  getVerifiedName: (contact: Model) => contact['verifiedName'],
  getVerifiedLevel: (contact: Model) => contact['verifiedLevel'],
  getStatusMute: () => false,
  getName: (contact: Model) => contact['name'],
  getShortName: (contact: Model) =>
    typeof contact['name'] === 'string' ? contact['name'].split(' ')[0] : undefined,
  getPushname: (contact: Model) => contact['pushname'],
  getIsEnterprise: () => false,
};

const commands = Object.assign(Cmd, {
  sendRevokeMsgs: (_chat: Chat, { list }: { list: Message[] }) => sending.revoke(list),
  sendDeleteMsgs: async (_chat: Chat, { list }: { list: Message[] }) => {
    for (const message of list) await call('remove', { id: String(message.id) });
  },
  sendStarMsgs: (_chat: Chat, list: Message[]) => sending.star(list, true),
  sendUnstarMsgs: (_chat: Chat, list: Message[]) => sending.star(list, false),
  archiveChat: (chat: Chat, archived: boolean) => call('arrange', { chat: String(chat.id), archived }),
  pinChat: (chat: Chat, pinned: boolean) => call('arrange', { chat: String(chat.id), pinned }),
  markChatUnread: (chat: Chat) => call('arrange', { chat: String(chat.id), unread: true }),
});

Socket['logout'] = () => call('logout', {});

/** Only what a chat product makes the library touch. Whatever else is asked for fails loudly (main.ts). */
export const modules: Record<string, unknown> = {
  // before the link
  WAWebSocketModel: { Socket },
  WAWebConnModel: { Conn },
  WAWebCmd: { Cmd: commands },
  WAWebStreamModel: { Stream },
  WAWebOfflineHandler: { OfflineMessageHandler: { getOfflineDeliveryProgress: () => account.progress } },
  WABase64: { encodeB64: base64 },
  WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: '1' },
  WAWebAdvSignatureApi: {},
  WAWebUserPrefsInfoStore: {
    waNoiseInfo: { get: async () => ({ staticKeyPair: { pubKey: randomBytes(32) } }) },
  },
  WAWebSignalStoreApi: {
    waSignalStore: { getRegistrationInfo: async () => ({ identityKeyPair: { pubKey: randomBytes(32) } }) },
  },
  WAWebUserPrefsMultiDevice: { getADVSecretKey: () => base64(randomBytes(32)) },
  WAWebUserPrefsMeUser: { getMaybeMePnUser: () => account.me, getMaybeMeLidUser: () => account.lid },
  WAWebMiscBrowserUtils: { info: () => ({ os: 'Linux', name: 'Chrome' }) },
  WAWebLaunchSocketUtils: { refreshQR: Cmd.refreshQR },
  WAWebAltDeviceLinkingApi: {
    setPairingType: () => {},
    initializeAltDeviceLinking: async () => {},
    initializeQRLinking: async () => {},
    startAltLinkingFlow: (phone: string) => call('pairingCode', { phone }),
  },
  // collections and addresses
  WAWebCollections: {
    Chat: chats,
    Msg: messages,
    Contact: contacts,
    Reactions: reactions,
    Blocklist: blocklist,
    Label: empty(),
    Status: empty(),
    BusinessProfile: Object.assign(empty(), { find: async () => ({ profileOptions: null }) }),
    WAWebNewsletterCollection: empty(),
    ProfilePicThumb: Object.assign(empty(), { find: async () => null }),
    GroupMetadata: { update: async () => {} },
  },
  WAWebWidFactory: { createWid, createWidFromWidLike: createWid, asUserWidOrThrow: (wid: Wid) => wid },
  WAWebMsgKey: MessageKey,
  WAWebFindChatAction: { findOrCreateLatestChat: findOrCreateChat },
  WAWebChatGetters: {
    getIsNewsletter: (chat: Chat) => chat.id.isNewsletter(),
    getIsBroadcast: (chat: Chat) => chat.id.isBroadcast(),
  },
  WAWebContactGetters: contactGetters,
  WAWebFrontendContactGetters: { getIsMyContact: (contact: Model) => contact['name'] !== undefined },
  WAWebBlockContactUtils: { getContactToBlockOnlyUseIfNoAssociatedChat: (contact: Model) => contact },
  WAWebBlockContactAction: {
    blockContact: ({ contact }: { contact: Model }) =>
      call('block', { wid: String(contact['id']), blocked: true }),
    unblockContact: (contact: Model) => call('block', { wid: String(contact['id']), blocked: false }),
  },
  WAWebQueryExistsJob: { queryWidExists },
  WAWebApiContact: { getCurrentLid: alternate, getPhoneNumber: alternate, getAlternateUserWid: alternate },
  WAWebLidMigrationUtils: { toPn: (wid: unknown) => (createWid(wid).isLid() ? alternate(wid) : wid) },
  WAWebContactProfilePicThumbBridge: { requestProfilePicFromServer },
  WAWebContactStatusBridge: { getStatus: async () => ({ status: 'Hey there! I am using WhatsApp.' }) },
  // messages in
  WAWebSyncGatingUtils: {},
  WAWebCallCollection: Object.assign(new Emitter(), { _map: new Map() }),
  WAWebNonMessageDataRequestPlaceholderMessageResendUtils: {
    handlePlaceholderMsgsSeen: () => note('resend'),
  },
  WAWebAddonReactionTableMode: { reactionTableMode: sending.reactionTableMode },
  WAWebAddonPollVoteTableMode: { pollVoteTableMode: polls.pollVoteTableMode },
  WAWebBackendJobsCommon: { mediaTypeFromProtobuf: () => null },
  WAWebE2EProtoUtils: { typeAttributeFromProtobuf: () => 'text' },
  WAWebChatLoadMessages: { loadEarlierMsgs },
  WALinkify: { findLink: (text: unknown) => findLinks(text)[0], findLinks },
  // messages out
  WAWebLinkPreviewChatAction: { getLinkPreview: async () => null },
  WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
  WAWebUpdateUnreadChatAction: {
    sendSeen: async ({ chat }: { chat: Chat }) => {
      chat.set({ unreadCount: 0 });
      await call('seen', { chat: String(chat.id) });
    },
  },
  WAWebChatStateBridge: {
    sendChatStateComposing: (wid: Wid) => call('typing', { chat: String(wid), what: 'composing' }),
    sendChatStateRecording: (wid: Wid) => call('typing', { chat: String(wid), what: 'recording' }),
    sendChatStatePaused: (wid: Wid) => call('typing', { chat: String(wid), what: 'paused' }),
  },
  WAWebPresenceChatAction: { sendPresenceAvailable: () => {}, sendPresenceUnavailable: () => {} },
  WAWebSendMsgChatAction: { addAndSendMsgToChat: sending.addAndSendMsgToChat },
  WAWebChatForwardMessage: { forwardMessages: sending.forwardMessages },
  WAWebApiMessageInfoStore: { queryMsgInfo },
  WAWebMsgReply: { canReplyMsg: () => true },
  WAWebQuotedMsgModelUtils: {
    getQuotedMsgObj: (message: Message) =>
      messages.getModelsArray().find((other) => other.id.id === message['quotedStanzaID']),
  },
  WAWebMsgActionCapability: {
    canEditText: sending.canEditText,
    canEditCaption: () => false,
    canSenderRevokeMsg: (message: Message) => message.id.fromMe,
    canAdminRevokeMsg: () => false,
    canStarMsg: () => true,
  },
  WAWebSendMessageEditAction: { sendMessageEdit: sending.sendMessageEdit },
  WAWebSendReactionMsgAction: { sendReactionToMsg: sending.sendReactionToMsg },
  WAWebPollsSendVoteMsgAction: { sendVote: polls.sendVote },
  WAWebGroupInviteV4Job: { joinGroupViaInviteV4: invitations.joinGroupViaInviteV4 },
  WAWebMexFetchGroupInviteCodeJob: { fetchMexGroupInviteCode: invitations.fetchMexGroupInviteCode },
  WAWebPollsVotesSchema: { getTable: () => polls.votesTable },
  // media
  WAWebMediaOpaqueData: media.OpaqueData,
  WAWebPrepRawMedia: { prepRawMedia: media.prepRawMedia },
  WAWebMediaStorage: { getOrCreateMediaObject: media.getOrCreateMediaObject },
  WAWebMmsMediaTypes: {
    msgToMediaType: ({ type }: { type: string }) => type,
    castToV4: (type: string) => type,
  },
  WAWebMediaDataUtils: { shouldUseMediaCache: () => true },
  WAWebMediaInMemoryBlobCache: { InMemoryMediaBlobCache: media.InMemoryMediaBlobCache },
  WAWebMediaMmsV4Upload: { uploadMedia: media.uploadMedia },
  WAWebUploadManager: { encryptAndUpload: media.encryptAndUpload },
  WAWebStartMediaUploadQpl: { startMediaUploadQpl: () => ({}) },
  WAWebImageUtils: { toWebpSticker: media.toWebpSticker },
  WAWebDownloadManager: { downloadManager: { downloadAndMaybeDecrypt: media.downloadAndMaybeDecrypt } },
};
