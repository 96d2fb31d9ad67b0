import type { Server } from 'node:http';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/database.ts';
import { findInboxRow, findSessionRow } from '../db/query/inbox.ts';
import { createAccess, createSeal, isOwnOrigin, mayHold, provision, readSealKeys } from './access/index.ts';
import { MemoryBus } from './bus/memory.ts';
import { channels } from './bus/bus.ts';
import type { ChatRoom } from './chat/chat-room.ts';
import { createChatRoom, createDeliverer, type ChatRoomOptions } from './chat/index.ts';
import { createIndexer } from './chat/search/index.ts';
import { replyingNow, viewingNow } from './chat/work/index.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { noCapabilities } from './contract/capability.ts';
import type { Push } from './contract/wire.ts';
import { loadEngines } from './engine/load.ts';
import type { EngineSession, Upstream } from './engine/engine.ts';
import { fetchHandle } from './chat/fetch-handle.ts';
import { showPictures } from './chat/show-picture.ts';
import { touchMessages } from './chat/touch.ts';
import { createHttpApp, createHttpServer } from './http/index.ts';
import { readRemoteServer } from './http/routes/espo-actions.ts';
import { createLinkPreviews } from './link-preview/index.ts';
import type { Log } from './log.ts';
import { createMediaFetcher, createMediaRoom, openStore } from './media/index.ts';
import { createMetrics } from './metrics/index.ts';
import { createProfilePictures } from './profile-picture/index.ts';
import { createRealtime, redeemWith } from './realtime/index.ts';
import { createRemovals } from './removal/index.ts';
import { Resealing } from './reseal.ts';
import { createSessions } from './session/index.ts';
import { SessionLogKeeper } from './session/log-keeper.ts';
import { createFileKeeper } from './media/keep-file.ts';
import { loadDialects } from './webhook/load.ts';
import { createRemoteFiles } from './webhook/remote-files.ts';
import { createOutgoingWebhooks } from './outgoing-webhook/index.ts';
import { createWebhookRouter } from './webhook/router.ts';
import { createWebhookSettings } from './webhook/settings.ts';

/** The running product. Dispose it to end every process, socket, timer and file of ours. */
export interface House extends AsyncDisposable {
  /** Where it listens, as a browser on this machine reaches it. */
  url: string;
  /** The Sandbox phone; demo mode only. */
  sandboxUrl: string | undefined;
  /** Of the first start only; shown once and kept nowhere. */
  firstSignIn: { email: string; password: string } | undefined;
}

export interface ComposeOptions {
  config: Config;
  log: Log;
  /** Puts something between the webhook door and the heart: the crash test's way to break a promise on purpose. */
  wrapReceive?: (receive: ChatRoom['receive']) => ChatRoom['receive'];
  /** The same between the deliverer and the Session it sends through; undefined: there is none. */
  wrapLive?: (session: EngineSession) => EngineSession | undefined;
  /** The same between the Sessions and the heart. */
  wrapHear?: (receive: ChatRoom['receive']) => ChatRoom['receive'];
  rules?: ChatRoomOptions['rules'];
}

/** The one place that knows every part: builds them in order, and takes them down in reverse. */
export async function compose(options: ComposeOptions): Promise<House> {
  const { config, log } = options;
  await using parts = new AsyncDisposableStack();
  const clock = systemClock;
  const dataFolder = resolve(config.dataFolder);

  const db = openDatabase(config.databaseUrl);
  parts.defer(() => db.destroy());
  const migrated = await migrate(db);
  if (migrated.length > 0) log.info({ migrated }, 'the database is up to date');

  const bus = parts.use(new MemoryBus());
  const engines = await loadEngines();
  let isHeard = (_inboxId: number): boolean => true;
  const chat = parts.use(
    createChatRoom({
      db,
      bus,
      clock,
      log: log.child({ room: 'chat' }),
      capabilitiesOf: (name) => {
        const able = engines.get(name)?.capabilities ?? noCapabilities;
        return { ...able, linkPreviews: able.linkPreviews && config.linkPreviews };
      },
      shows: config.shows,
      // The only process: who listens, listens here.
      isHeard: (inboxId) => isHeard(inboxId),
      ...(options.rules ? { rules: options.rules } : {}),
    }),
  );
  parts.use(createIndexer({ db, bus, clock, log: log.child({ room: 'search' }) }));
  const access = parts.use(createAccess({ db, clock, bus, log: log.child({ room: 'access' }) }));
  const keys = readSealKeys({ secretKey: config.secretKey, dataFolder });
  const seal = createSeal(keys);
  // With one key there is nothing to seal anew.
  if (keys.length > 1) parts.use(new Resealing({ db, keys, log: log.child({ room: 'seal' }) }));
  const files = {
    ...(await openStore({ config: config.files, dataFolder, clock })),
    db,
    clock,
    log: log.child({ room: 'media' }),
    touch: touchMessages(chat),
    largest: config.largestFile,
  };
  const media = parts.use(
    createMediaRoom({
      ...files,
      keys,
      bus,
      mayHold: mayHold(access),
      onPictureLost: (picture) => pictures.lost(picture),
    }),
  );
  const provisioned = await provision({ db, clock, config });

  const upstreams: Record<string, Upstream> = { whatsapp: { name: 'whatsapp', browserArguments: [] } };
  for (const [name, upstream] of Object.entries(config.upstreams)) upstreams[name] = { name, ...upstream };
  const sandbox = config.mode === 'demo' ? parts.use(await startSandbox(config, dataFolder)) : undefined;
  if (sandbox) {
    upstreams['sandbox'] = {
      name: 'sandbox',
      browserArguments: sandbox.browserArguments,
      socket: sandbox.socket,
    };
    if (provisioned.admin) {
      await chat.createInbox(provisioned.organisationId, {
        name: 'Sandbox',
        engine: 'wwebjs',
        upstream: 'sandbox',
      });
    }
  }

  const owner = `${process.pid}-${randomBytes(6).toString('hex')}`;
  const sessions = parts.use(
    createSessions({
      db,
      engines,
      receive: shownTo(sandbox, (options.wrapHear ?? ((receive) => receive))(chat.receive.bind(chat))),
      clock,
      log: log.child({ room: 'session' }),
      dataFolder,
      upstreams,
      seal,
      owner,
      reconcileMs: config.reconcileMs,
      heart: { everyMs: config.heartbeatMs, memoryLimit: config.engineMemory },
      keepAliveMs: config.keepAliveMs,
      startsAtOnce: config.startsAtOnce,
      archive: config.archive,
      // One process runs everything for now; with several, leases of dead ones have to run out.
      alone: true,
      ...(config.chromium ? { chromium: config.chromium } : {}),
      onWorking: (inboxId) => {
        bus.publish(channels.delivery, { inboxId });
        bus.publish(channels.media, { inboxId });
        pictures.wake();
      },
    }),
  );
  const pictures = parts.use(
    createProfilePictures({
      ...files,
      bus,
      keys,
      log: log.child({ room: 'profile-picture' }),
      show: showPictures(chat),
      fetchPicture: (inboxId, request) => sessions.live(inboxId)?.fetchPicture?.(request),
      isReady: (inboxId) => sessions.live(inboxId)?.fetchPicture !== undefined,
      isOn: config.profilePictures,
    }),
  );
  parts.use(
    new SessionLogKeeper({ db, clock, log: log.child({ room: 'session' }), keepMs: config.sessionLogMs }),
  );
  const deliverer = parts.use(
    createDeliverer({
      chat,
      clock,
      log: log.child({ room: 'deliver' }),
      live: (inboxId) => {
        const session = sessions.sender(inboxId);
        return session && options.wrapLive ? options.wrapLive(session) : session;
      },
      owner,
      openFile: (message, as) => media.openFile(message, as),
    }),
  );
  parts.defer(
    bus.subscribe(channels.delivery, (payload) => deliverer.wake((payload as { inboxId: number }).inboxId)),
  );

  const remoteFiles = createRemoteFiles({
    serverOf: async (inboxId) => {
      if ((await findSessionRow(db, inboxId))?.engine !== 'none') return undefined;
      const inbox = await findInboxRow(db, inboxId);
      return inbox && readRemoteServer({ db, seal }, inbox.organisation_id);
    },
    trusted: config.remoteServers,
    clock,
    log: log.child({ room: 'webhook' }),
  });
  const fetcher = parts.use(
    createMediaFetcher({
      ...files,
      fetchMedia: async (inboxId, request) =>
        (await sessions.live(inboxId)?.fetchMedia?.(request)) ?? remoteFiles.fetchMedia(inboxId, request),
      isReady: (inboxId) => sessions.live(inboxId)?.fetchMedia !== undefined || remoteFiles.isReady(inboxId),
      handleOf: (message) => fetchHandle(db, message),
    }),
  );
  parts.defer(bus.subscribe(channels.media, () => fetcher.wake()));
  parts.defer(
    bus.subscribe(channels.push, (payload) => {
      if ((payload as Push).rows?.messages.some(({ media: file }) => file?.state === 'remote'))
        fetcher.wake();
    }),
  );

  const previews = parts.use(
    createLinkPreviews({
      clock,
      log: log.child({ room: 'link-preview' }),
      isOn: config.linkPreviews,
    }),
  );
  const metrics = parts.use(
    createMetrics({ db, sessions, clock, log: log.child({ room: 'metrics' }), token: config.metricsToken }),
  );
  const server = createHttpServer((request, response) => {
    // Requests are taken only after `listen`, when all doors stand.
    if (
      metrics.handle(request, response) ||
      media.handle(request, response) ||
      webhooks.handle(request, response)
    )
      return;
    http.handler(request, response);
  });
  parts.defer(() => closeServer(server));
  const realtime = parts.use(
    createRealtime({
      server,
      bus,
      clock,
      log,
      trustedProxies: config.trustedProxies,
      redeemTicket: redeemWith(access, (principal) => chat.listInboxes(principal)),
      originAllowed: (origin, principal) =>
        isOwnOrigin(origin, config) || access.originAllowed(origin, principal),
      chatAddress: (inboxId, chatId) => chat.chatAddress(inboxId, chatId),
      chatOfAddress: (inboxId, address) => chat.chatOfAddress(inboxId, address),
      headOf: (inboxId) => chat.position(inboxId),
      touch: (agentSessionId) => access.touch(agentSessionId),
    }),
  );
  isHeard = (inboxId) => realtime.isHeard(inboxId);
  const dialects = await loadDialects();
  const webhooks = createWebhookRouter({
    db,
    dialects,
    receive: (options.wrapReceive ?? ((receive) => receive))(chat.receive.bind(chat)),
    open: (sealed, place) => seal.open(sealed, place),
    unsigned: config.unsignedWebhooks,
    keepFile: createFileKeeper(files),
    largestFile: Math.min(config.webhookFile, config.largestFile),
    clock,
    log: log.child({ room: 'webhook' }),
  });
  const outgoing = parts.use(
    createOutgoingWebhooks({
      db,
      bus,
      clock,
      log: log.child({ room: 'outgoing-webhook' }),
      seal,
      trusted: config.remoteServers,
    }),
  );
  const removals = parts.use(
    createRemovals({
      db,
      bus,
      clock,
      log: log.child({ room: 'removal' }),
      sessions,
      chat,
      engines,
      store: files.store,
      forgetPictures: (inboxId) => pictures.forget(inboxId),
      announce: (organisationId) => access.sessions.announcePermitted(organisationId, true),
      webhooksChanged: () => webhooks.forget(),
    }),
  );
  const replying = parts.use(replyingNow({ bus, clock }));
  const viewing = parts.use(viewingNow({ bus, clock }));
  const http = createHttpApp({
    config,
    db,
    chat,
    sessions,
    access,
    seal,
    media,
    pictures,
    previews,
    webhooks: createWebhookSettings({
      db,
      clock,
      dialects,
      seal: (text, place) => seal.seal(text, place),
      changed: () => webhooks.forget(),
    }),
    dialects: [...dialects.keys()],
    endpoints: outgoing.endpoints,
    removals,
    engines,
    upstreams: Object.keys(upstreams),
    replying,
    viewing,
    heads: realtime.heads,
    clock,
    log: log.child({ room: 'http' }),
    bus,
    widgetFolder: join(import.meta.dirname, '..', 'dist', 'widget'),
    sandboxUrl: sandbox?.control.url,
  });
  await listen(server, config);
  const url = addressOf(server, config);
  log.info({ url, mode: config.mode }, 'listening');
  await sessions.startWanted();

  const owned = parts.move();
  return {
    url,
    sandboxUrl: sandbox?.control.url,
    firstSignIn: provisioned.admin,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Whoever stands before the screen with the Sandbox's phone in hand: what it shows, the phone can scan. */
function shownTo(
  sandbox: Awaited<ReturnType<typeof startSandbox>> | undefined,
  receive: ChatRoom['receive'],
): ChatRoom['receive'] {
  if (!sandbox) return receive;
  return (inboxId, events, source) => {
    for (const event of events)
      if (event.kind === 'session-state' && event.report.pairing?.kind === 'qr')
        sandbox.world.waiting.see(event.report.pairing.value);
    return receive(inboxId, events, source);
  };
}

/** The sandbox is no part of a production image; it is loaded only where it is used. */
async function startSandbox(config: Config, dataFolder: string) {
  const { demoSeed, startSandbox: start } = await import('../sandbox/index.ts');
  return start({
    world: demoSeed(),
    stateFile: join(dataFolder, 'sandbox', 'world.json'),
    controlPort: config.sandboxPort,
  });
}

function listen(server: Server, config: Config): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(config.port, config.host, () => {
      server.off('error', failed);
      done();
    });
  });
}

function addressOf(server: Server, config: Config): string {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : config.port;
  const host = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(config.host) ? '127.0.0.1' : config.host;
  return `http://${host}:${port}`;
}

/** Answers what is under way, for at most five seconds, and takes nothing new. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeIdleConnections();
  const patience = setTimeout(() => server.closeAllConnections(), 5_000);
  await closed;
  clearTimeout(patience);
}
