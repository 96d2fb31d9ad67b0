import tls from 'node:tls';
import { Browsers, DEFAULT_CONNECTION_CONFIG, makeWASocket, WA_CERT_DETAILS } from 'baileys';
import type {
  AuthenticationCreds,
  BinaryNode,
  proto,
  SignalKeyStoreWithTransaction,
  WASocket,
} from 'baileys';
import type { Journal } from './journal.ts';
import { isReadByLibrary } from './notices.ts';
import type { Rows } from './rows.ts';
import { mendSessions } from './session-record.ts';
import { silent } from './silent.ts';

export type { WASocket } from 'baileys';

/** What `engineVersion` says: the library's, and the WhatsApp Web it speaks like. */
export const version = `7.0.0-rc14 (${DEFAULT_CONNECTION_CONFIG.version.join('.')})`;

/** Trust of this whole process, which speaks to one upstream only. The operator says who vouches for it. */
export function trust(upstream: {
  url?: string;
  noiseRoot?: string | undefined;
  certificate?: string | undefined;
}): void {
  if (upstream.noiseRoot) WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(upstream.noiseRoot, 'base64');
  if (upstream.certificate)
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), upstream.certificate]);
  if (upstream.url) fetchFrom((ownHost = new URL(upstream.url).host));
}
/** Of another upstream than WhatsApp. */
let ownHost: string | undefined;

/** Whether an address is one of the upstream's own servers; nothing else is fetched because it was told so. */
export function isOfUpstream(address: string): boolean {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:' || url.username || url.password) return false;
  return ownHost === undefined
    ? /(^|\.)whatsapp\.net$/.test(url.hostname) && url.port === ''
    : url.host === ownHost;
}

/** Files that name no server (history) lie at WhatsApp's own; of another upstream, where its socket is. */
function fetchFrom(host: string): void {
  const { fetch } = globalThis;
  globalThis.fetch = (what, init) =>
    fetch(
      typeof what === 'string' ? what.replace(/^https:\/\/mmg\.whatsapp\.net\//, `https://${host}/`) : what,
      init,
    );
}

export interface SocketOptions {
  url: string | undefined;
  keepAliveMs: number | undefined;
  creds: AuthenticationCreds;
  rows: Rows;
  journal: Journal;
  getMessage(key: proto.IMessageKey): Promise<proto.IMessage | undefined>;
  groupOf: NonNullable<Parameters<typeof makeWASocket>[0]['cachedGroupMetadata']>;
}

export function openSocket(options: SocketOptions): WASocket {
  const { url, keepAliveMs, creds, rows, journal, getMessage, groupOf } = options;
  const socket = makeWASocket({
    auth: { creds, keys: rows },
    logger: silent,
    // One of the library's own: a made-up browser is not given pairing codes.
    browser: Browsers.ubuntu('Chrome'),
    // The phone goes on ringing.
    markOnlineOnConnect: false,
    // Three months of what the phone has, in place of all of it; older messages are asked for.
    syncFullHistory: false,
    generateHighQualityLinkPreview: false,
    // Without a wish: WhatsApp Web's own pace.
    keepAliveIntervalMs: keepAliveMs ?? 25_000,
    connectTimeoutMs: 20_000,
    defaultQueryTimeoutMs: 30_000,
    // Rows wait for the database themselves.
    transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 500 },
    shouldIgnoreJid: (jid) => jid.endsWith('@newsletter') || jid === 'status@broadcast',
    shouldSyncHistoryMessage: ({ syncType }) => isReadByLibrary(syncType),
    makeSignalRepository: (auth, ...more) => {
      mendSessions(auth.keys);
      journal.turns.govern(auth.keys as SignalKeyStoreWithTransaction, () => creds.me?.id);
      return journal.wrap(DEFAULT_CONNECTION_CONFIG.makeSignalRepository(auth, ...more));
    },
    getMessage,
    cachedGroupMetadata: groupOf,
    ...(url ? { waWebSocketUrl: url } : {}),
  });
  socket.ws.on('CB:message', (stanza: BinaryNode) => journal.hear(stanza));
  return socket;
}
