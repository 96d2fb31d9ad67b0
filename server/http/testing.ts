import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../db/database.ts';
import { accessForTest, goodPassword } from '../access/testing.ts';
import { createSeal } from '../access/seal.ts';
import { mayHold } from '../access/index.ts';
import { mediaForTest } from '../media/testing.ts';
import { createChatRoom } from '../chat/index.ts';
import { showPictures } from '../chat/show-picture.ts';
import { createOutgoingWebhooks } from '../outgoing-webhook/index.ts';
import { replyingNow, viewingNow } from '../chat/work/index.ts';
import type { Address } from '../contract/address.ts';
import type { BackfillProgress, LinkSession } from '../contract/api.ts';
import type { Capabilities } from '../contract/capability.ts';
import { noCapabilities } from '../contract/capability.ts';
import type { Pairing } from '../contract/session-state.ts';
import type { Position } from '../contract/wire.ts';
import { createLog } from '../log.ts';
import { createProfilePictures } from '../profile-picture/index.ts';
import { createRemovals } from '../removal/index.ts';
import type { Act, Sessions, Unlinked } from '../session/sessions.ts';
import { act } from '../session/act.ts';
import type { EngineSession } from '../engine/engine.ts';
import type { InviteLinkOutcome, VerbOutcome } from '../contract/outcome.ts';
import { createHttpApp, createHttpServer } from './app.ts';
import type { HttpParts } from './parts.ts';
import type { WebhookSettings, WebhookView } from './webhook-settings.ts';

const full: Capabilities = {
  ...noCapabilities,
  pairing: ['qr', 'code'],
  history: true,
  maxTextLength: 65_536,
  forward: true,
  vote: true,
  arrange: true,
  block: true,
  invitations: true,
  linkPreviews: true,
};

/** Sessions without a WhatsApp: they write down what they were asked. */
export class AskedSessions implements Sessions {
  asked: unknown[][] = [];
  code: Pairing | undefined;
  async link(inboxId: number, request: LinkSession): Promise<void> {
    this.asked.push(['link', inboxId, request]);
  }
  async pairing(): Promise<Pairing | undefined> {
    return this.code;
  }
  async stop(inboxId: number): Promise<void> {
    this.asked.push(['stop', inboxId]);
  }
  async restart(inboxId: number): Promise<void> {
    this.asked.push(['restart', inboxId]);
  }
  async unlink(inboxId: number): Promise<void> {
    this.asked.push(['unlink', inboxId]);
  }
  async retire(inboxId: number): Promise<Unlinked> {
    this.asked.push(['retire', inboxId]);
    return 'told';
  }
  readmit(inboxId: number): void {
    this.asked.push(['readmit', inboxId]);
  }
  async useEngine(): Promise<void> {}
  async findNumber(_inboxId: number, digits: string): Promise<{ address: Address } | undefined> {
    return digits.endsWith('00') ? undefined : { address: `${digits}@c.us` as Address };
  }
  async checkNumbers(inboxId: number, digits: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
    this.asked.push(['checkNumbers', inboxId, [...digits]]);
    return new Map(digits.map((one) => [one, !one.endsWith('00')]));
  }
  markRead(inboxId: number, chat: Address): void {
    this.asked.push(['markRead', inboxId, chat]);
  }
  hint(inboxId: number, run: (session: EngineSession) => Promise<void> | undefined): void {
    void run(this.engine(inboxId));
  }
  act(inboxId: number, run: Act): Promise<void> {
    return act(this.engine(inboxId), run);
  }
  /** What an engine answers to every verb. */
  answers: VerbOutcome | InviteLinkOutcome = { kind: 'done' };
  /** An engine that has every verb and writes down what it was asked. */
  engine(inboxId: number): EngineSession {
    const verb =
      (name: string) =>
      async (...given: unknown[]): Promise<VerbOutcome | InviteLinkOutcome> => {
        this.asked.push([name, inboxId, ...given.filter((one) => !(one instanceof AbortSignal))]);
        return this.answers;
      };
    const names = [
      'edit',
      'revoke',
      'react',
      'star',
      'vote',
      'join',
      'inviteLink',
      'pin',
      'archive',
      'mute',
      'block',
      'typing',
      'markUnread',
    ];
    return Object.fromEntries(names.map((name) => [name, verb(name)])) as unknown as EngineSession;
  }
  backfill(inboxId: number, chat: Address): boolean {
    this.asked.push(['backfill', inboxId, chat]);
    return true;
  }
  async startBackfill(inboxId: number, bounds: object): Promise<void> {
    this.asked.push(['startBackfill', inboxId, bounds]);
  }
  async stopBackfill(inboxId: number): Promise<void> {
    this.asked.push(['stopBackfill', inboxId]);
  }
  async backfillProgress(): Promise<BackfillProgress> {
    return { state: 'running', chats: { done: 1, total: 2 }, messages: 30, startedAt: 1, endedAt: null };
  }
  health(): undefined {
    return undefined;
  }
  figures(): ReturnType<Sessions['figures']> {
    return new Map();
  }
  async limits(): ReturnType<Sessions['limits']> {
    const used = { sentThisMinute: 0, newContactsToday: 0, newContactsCap: 10, reached: null, retryAt: null };
    return { rules: { perMinute: 1, newContactsPerDay: 10, warmUpDays: 0 }, ...used };
  }
  async setLimits(inboxId: number, rules: object): Promise<void> {
    this.asked.push(['setLimits', inboxId, rules]);
  }
  sender(): undefined {
    return undefined;
  }
  live(): undefined {
    return undefined;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.asked = [];
  }
}

class KeptWebhooks implements WebhookSettings {
  rows: (WebhookView & { inboxId: number })[] = [];
  async create(input: Parameters<WebhookSettings['create']>[0]): Promise<WebhookView> {
    const { inboxId, dialect, session } = input;
    const row = { id: this.rows.length + 1, inboxId, dialect, session, createdAt: 1, lastAt: 0 };
    this.rows.push(row);
    const { inboxId: _, ...view } = row;
    return view;
  }
  async list(inboxId: number): Promise<WebhookView[]> {
    return this.rows.filter((row) => row.inboxId === inboxId).map(({ inboxId: _, ...view }) => view);
  }
  async remove(inboxId: number, webhookId: number): Promise<boolean> {
    const before = this.rows.length;
    this.rows = this.rows.filter((row) => row.inboxId !== inboxId || row.id !== webhookId);
    return this.rows.length < before;
  }
}

/** A served HTTP edge over the real access room and heart, on a free port. */
export async function httpForTest(db: Database, changes: Partial<HttpParts> = {}) {
  const { access, clock, bus, lines, newAgent, signIn } = accessForTest(db);
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  const chat = createChatRoom({ db, bus, clock, log, capabilitiesOf: () => full });
  const sessions = new AskedSessions();
  const keys = [randomBytes(32)] as const;
  const media = await mediaForTest({ db, chat, clock, bus, log, keys, mayHold: mayHold(access) });
  const pictures = createProfilePictures({
    ...media.parts,
    bus,
    keys,
    show: showPictures(chat),
    fetchPicture: () => undefined,
    isReady: () => false,
    isOn: true,
  });
  const widgetFolder = mkdtempSync(join(tmpdir(), 'chatdock-widget-'));
  for (const folder of ['v1', 'v1/assets', 'host/crm'])
    mkdirSync(join(widgetFolder, folder), { recursive: true });
  writeFileSync(join(widgetFolder, 'v1/loader.js'), 'export {};\n');
  writeFileSync(join(widgetFolder, 'v1/assets/app-abcdefgh.js'), 'export {};\n');
  writeFileSync(
    join(widgetFolder, 'host/crm/index.html'),
    '<!doctype html><title>CRM</title><link rel="icon" href="data:,">\n',
  );
  const heads = new Map<number, Position>();
  const replying = replyingNow({ bus, clock });
  const viewing = viewingNow({ bus, clock });
  const seal = createSeal([randomBytes(32)]);
  // Posts to a port where nobody listens.
  const removals = createRemovals({
    db,
    bus,
    clock,
    log,
    sessions,
    chat,
    engines: new Map([['wwebjs', true]]),
    store: media.parts.store,
    forgetPictures: (inboxId) => pictures.forget(inboxId),
    announce: (organisationId) => access.sessions.announcePermitted(organisationId, true),
    webhooksChanged: () => {},
  });
  const outgoing = createOutgoingWebhooks({ db, bus, clock, log, seal, trusted: ['http://127.0.0.1:1'] });
  const { app, handler, routes } = createHttpApp({
    config: {
      mode: 'demo',
      publicUrl: undefined,
      trustedProxies: 0,
      remoteServers: ['http://waha.internal:3000'],
    },
    db,
    chat,
    sessions,
    access,
    seal,
    media: media.room,
    pictures,
    // There is no page but this one.
    previews: {
      look: async (_, address) => (address.startsWith('https://') ? { title: 'A page' } : undefined),
    },
    webhooks: new KeptWebhooks(),
    endpoints: outgoing.endpoints,
    removals,
    engines: new Map([['wwebjs', true]]),
    upstreams: ['whatsapp', 'sandbox'],
    dialects: ['waha'],
    replying,
    viewing,
    heads,
    clock,
    log,
    bus,
    widgetFolder,
    sandboxUrl: 'http://127.0.0.1:1',
    checkAnswers: true,
    ...changes,
  });
  const server = createHttpServer((request, response) => {
    if (!media.room.handle(request, response)) handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** One request below `/api/v1`; `body` is sent as JSON. */
  const call = async (
    method: string,
    path: string,
    options: { token?: string; body?: unknown; headers?: Record<string, string>; raw?: string } = {},
  ) => {
    const headers: Record<string, string> = { ...options.headers };
    if (options.token) headers['authorization'] ??= `Bearer ${options.token}`;
    const body = options.raw ?? (options.body === undefined ? null : JSON.stringify(options.body));
    if (body !== null) headers['content-type'] ??= 'application/json';
    const response = await fetch(`${url}${path.startsWith('/api/') ? path : `/api/v1${path}`}`, {
      method,
      headers,
      body,
      redirect: 'manual',
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: (isJson && text ? JSON.parse(text) : undefined) as Record<string, unknown> & { code?: string },
    };
  };

  return {
    url,
    server,
    app,
    call,
    routes,
    chat,
    access,
    sessions,
    removals,
    media,
    keys,
    heads,
    clock,
    bus,
    lines,
    newAgent,
    signIn,
    /** A new Organisation with one Inbox, an admin and an agent, both signed in. */
    async newOrganisation() {
      const admin = await newAgent('admin');
      const agent = await newAgent('agent', goodPassword, admin.organisationId);
      const inbox = await chat.createInbox(admin.organisationId, {
        name: 'Sales',
        engine: 'wwebjs',
        upstream: 'whatsapp',
      });
      const adminToken = (await signIn(admin.email, goodPassword)).token;
      const agentToken = (await signIn(agent.email, goodPassword)).token;
      return { organisationId: admin.organisationId, inbox, admin, agent, adminToken, agentToken };
    },
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await removals[Symbol.asyncDispose]();
      await outgoing[Symbol.asyncDispose]();
      await pictures[Symbol.asyncDispose]();
      await media[Symbol.asyncDispose]();
      await chat[Symbol.asyncDispose]();
      await access[Symbol.asyncDispose]();
      rmSync(widgetFolder, { recursive: true, force: true });
    },
  };
}
