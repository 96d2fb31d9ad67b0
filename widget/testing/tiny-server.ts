import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { GivenLink } from '../../server/contract/content.ts';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import type { ChangedRows, Chat, Contact, Inbox, Message, Session } from '../../server/contract/wire.ts';
import { aFile } from './every-kind.ts';
import { aPicture, aSound } from './files.ts';
import { mediaUrls } from './media-urls.ts';
import { aMessage, anInbox } from './rows.ts';

const nothing: ChangedRows = { chats: [], messages: [], contacts: [], notes: [], session: null };
const kinds: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.svg': 'image/svg+xml',
};

interface Answer {
  status: number;
  body?: unknown;
}

/**
 * A real HTTP and WAMP server with a handful of rows: what the widget needs of the product, small enough to be broken
 * on purpose. Rows live in maps; every `commit` takes the next number and is pushed unless pushes are being lost.
 */
export class TinyServer implements AsyncDisposable {
  seq = 100;
  /** The history that `seq` counts in. */
  era = 'one';
  /** The one before it, which it goes on from. */
  after = '';
  inbox: Inbox = anInbox({ seq: 100, cursor: 100 });
  chats = new Map<number, Chat>();
  messages = new Map<number, Message>();
  contacts = new Map<number, Contact>();
  /** Answered by `…/session/pairing`. */
  pairing: unknown;
  /** Pushes are committed and lost. */
  losesPushes = false;
  /** No socket gets in. */
  refusesSockets = false;
  /** No request is answered at all. */
  isDown = false;
  isSignedIn = false;
  /** Cursors below this are answered with `reset`. */
  oldest = 0;
  /** Every request as `METHOD /path`. */
  readonly asked: string[] = [];
  /** Takes the place of a route: `'POST /chats/1/messages'`. Undefined: the route answers after all. */
  readonly instead = new Map<
    string,
    (body: Record<string, unknown>) => Answer | undefined | Promise<Answer | undefined>
  >();
  /** Answered by `…/members`. */
  members: unknown[] = [];
  /** Bodies of the requests that changed something, by `METHOD /path`; the newest last. */
  readonly told: { what: string; body: Record<string, unknown> }[] = [];
  /** How long each sound really is, whatever its Message says. */
  soundSeconds: number | undefined;
  /** ms this server's clock is ahead, for the doctor. */
  clockOff = 0;
  /** Who may frame it; the page it is asked for unless said otherwise. */
  framedBy: string | undefined;
  /** Headers of the requests, by `METHOD /path`, the newest last. */
  readonly headers: { what: string; headers: IncomingMessage['headers'] }[] = [];
  #http: Server;
  #sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'wamp.2.json' });
  #subscribers = new Map<WebSocket, Map<string, number>>();
  #folder: string | undefined;

  constructor(folder?: string) {
    this.#folder = folder;
    this.#http = createServer((request, response) => void this.#answer(request, response));
    this.#http.on('upgrade', (request, socket, head) => {
      if (this.refusesSockets || this.isDown) return socket.destroy();
      this.#sockets.handleUpgrade(request, socket, head, (client) => this.#join(client));
    });
  }

  /** `folder`: a built widget to serve under `/widget`. */
  static async start(folder?: string, host = '127.0.0.1'): Promise<TinyServer> {
    const server = new TinyServer(folder);
    await new Promise<void>((done) => server.#http.listen(0, host, done));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** Writes rows as one transaction and pushes them. */
  commit(rows: { chats?: Chat[]; messages?: Message[]; session?: Session; name?: string }): void {
    const seq = ++this.seq;
    const stamped = {
      ...nothing,
      chats: (rows.chats ?? []).map((row) => ({ ...row, seq })),
      messages: (rows.messages ?? []).map((row) => ({ ...row, seq })),
      session: rows.session ? { ...rows.session, seq } : null,
      ...(rows.name && { inbox: { id: 1, name: rows.name, seq } }),
    };
    for (const row of stamped.chats) this.chats.set(row.id, row);
    for (const row of stamped.messages) this.messages.set(row.id, row);
    if (stamped.session) this.inbox = { ...this.inbox, session: stamped.session };
    this.inbox = { ...this.inbox, name: rows.name ?? this.inbox.name, seq, cursor: seq };
    if (!this.losesPushes) this.publish({ inboxId: 1, seq, rows: stamped });
  }

  /** Tells every subscriber; without rows it is a heartbeat. */
  publish = (push: { inboxId: number; seq: number; rows: unknown }): void =>
    this.tell(`chatdock.inbox.${push.inboxId}`, { era: this.era, ...push });
  tell(topic: string, what: object): void {
    for (const [client, topics] of this.#subscribers) {
      const subscription = topics.get(topic);
      if (subscription) client.send(JSON.stringify([36, subscription, 1, {}, [what]]));
    }
  }

  get subscriberCount(): number {
    return Array.from(this.#subscribers.values()).filter((topics) => topics.size > 0).length;
  }

  /** Cuts every socket, as a proxy or a dead network does. */
  cut(): void {
    for (const client of this.#sockets.clients) client.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#http.closeAllConnections();
    await new Promise((done) => this.#http.close(done));
  }

  #join(client: WebSocket): void {
    const topics = new Map<string, number>();
    this.#subscribers.set(client, topics);
    client.on('close', () => this.#subscribers.delete(client));
    client.on('message', (data) => {
      const [type, first, , topic] = JSON.parse(String(data)) as [number, number, unknown, string];
      if (type === 1) client.send(JSON.stringify([2, 1, { roles: { broker: {} } }]));
      if (type !== 32) return;
      topics.set(topic, first + 1_000);
      client.send(JSON.stringify([33, first, first + 1_000]));
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    if (this.isDown) return void request.socket.destroy();
    if (url.pathname === '/widget/frame' && this.#folder) return this.#frame(url, response);
    if (url.pathname === '/widget/doctor.json') return this.#doctor(response);
    if (url.pathname.startsWith('/widget/') && this.#folder) return this.#file(url.pathname, response);
    const page = /^\/(admin|link)$/.exec(url.pathname)?.[1];
    if (page && request.method === 'GET' && this.#folder)
      return this.#file(`/widget/admin/${page}.html`, response);
    if (url.pathname.startsWith('/media/')) return this.#media(url.pathname, request, response);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, {
        'access-control-allow-origin': '*',
        // A star does not stand for `authorization`.
        'access-control-allow-headers': 'authorization, content-type, x-file-name, x-chatdock-page',
        'access-control-allow-methods': '*',
      });
      return void response.end();
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const path = url.pathname.replace('/api/v1', '');
    const asked = `${request.method} ${path}`;
    this.asked.push(asked);
    this.headers.push({ what: asked, headers: request.headers });
    const isJson = bytes.length > 0 && /json/.test(request.headers['content-type'] ?? '');
    const body = isJson
      ? (JSON.parse(bytes.toString()) as Record<string, unknown>)
      : bytes.length
        ? {
            bytes: bytes.length,
            mime: request.headers['content-type'],
            ...Object.fromEntries(url.searchParams),
          }
        : {};
    if (request.method === 'POST') this.told.push({ what: asked, body });
    const { status, body: answer } =
      (await this.instead.get(asked)?.(body)) ?? this.#route(asked, url.searchParams, body);
    response.writeHead(status, {
      'content-type': status < 400 ? 'application/json' : 'application/problem+json',
      'access-control-allow-origin': '*',
    });
    response.end(answer === undefined ? '' : JSON.stringify(answer));
  }

  #route(asked: string, query: URLSearchParams, body: Record<string, unknown>): Answer {
    const me = {
      agent: {
        id: 1,
        email: 'marta@example.com',
        name: 'Marta',
        role: 'admin',
        locale: 'en',
        disabled: false,
      },
      organisation: { id: 1, name: 'Harbour' },
      token: 'token',
      csrf: null,
    };
    switch (asked) {
      case 'POST /auth/sign-in':
        if (body['password'] !== 'secret') return problem(401, 'wrong-credentials');
        this.isSignedIn = true;
        return { status: 200, body: me };
      case 'GET /auth/me':
        return this.isSignedIn ? { status: 200, body: me } : problem(401, 'not-signed-in');
      case 'POST /auth/ticket':
        return { status: 200, body: { ticket: 'once', expiresAt: 0 } };
      case 'GET /inboxes':
        return { status: 200, body: { list: [this.inbox] } };
      case 'GET /inboxes/counts':
        return { status: 200, body: { list: [this.#counts()] } };
      case 'GET /inboxes/1/session':
        return { status: 200, body: this.inbox.session };
      case 'GET /inboxes/1/session/pairing':
        return this.pairing ? { status: 200, body: this.pairing } : problem(404, 'not-found');
      case 'GET /inboxes/1/chats':
        return { status: 200, body: { list: Array.from(this.chats.values()), next: null, cursor: this.seq } };
      case 'GET /inboxes/1/contacts':
        return {
          status: 200,
          body: { list: Array.from(this.contacts.values()), next: null, cursor: this.seq },
        };
      case 'GET /media/urls':
        return { status: 200, body: { urls: mediaUrls(query.get('ids') ?? '') } };
      case 'POST /uploads':
        return { status: 201, body: { uploadId: `upload-${this.told.length}`, ...body } };
      case 'GET /changes':
        return this.#changes(query.get('since')?.split(':') ?? []);
    }
    const chat = this.chats.get(Number(/^GET \/chats\/(\d+)$/.exec(asked)?.[1]));
    if (chat) return { status: 200, body: chat };
    if (/^GET \/chats\/\d+\/members$/.test(asked)) {
      return { status: 200, body: { members: this.members, description: 'Everything about the flat.' } };
    }
    if (/^GET \/(chats\/\d+\/notes|labels|colleagues|canned-replies|inboxes\/1\/replying)$/.test(asked))
      return { status: 200, body: { list: [], next: null } };
    if (/^GET \/messages\/\d+\/info$/.test(asked)) {
      const anna = { contactId: 11, name: 'Anna Bianchi', at: Date.now() - 60_000 };
      return { status: 200, body: { deliveredTo: [anna], readBy: [anna], playedBy: [] } };
    }
    const [, chatId] = /\/chats\/(\d+)\/messages$/.exec(asked) ?? [];
    if (chatId && asked.startsWith('GET')) return this.#page(Number(chatId), query);
    if (chatId) return this.#send(Number(chatId), body);
    return asked.startsWith('POST') ? { status: 204 } : problem(404, 'not-found');
  }

  #counts(): Record<string, number> {
    const all = Array.from(this.chats.values()).filter((chat) => chat.mergedInto === null);
    const open = all.filter((chat) => !chat.archived);
    return {
      inboxId: 1,
      all: open.length,
      unread: open.filter((chat) => chat.unread !== 0).length,
      mentions: open.filter((chat) => chat.mentioned || chat.notedFor.includes(1)).length,
      mine: open.filter((chat) => chat.assignee?.id === 1).length,
      nobody: open.filter((chat) => chat.assignee === null).length,
      groups: open.filter((chat) => chat.kind === 'group').length,
      archived: all.length - open.length,
      messages: open.reduce((sum, chat) => sum + Math.max(0, chat.unread), 0),
    };
  }

  #changes([, after, era]: string[]): Answer {
    const since = Number(after ?? 0);
    const head = { inboxId: 1, cursor: this.seq, era: this.era, more: false };
    if (since < this.oldest || since > this.seq || ![this.era, this.after].includes(era ?? '')) {
      return { status: 200, body: { inboxes: [{ ...nothing, ...head, reset: true }] } };
    }
    if (since >= this.seq) return { status: 204 };
    const newer = <Row extends { seq: number }>(rows: Iterable<Row>): Row[] =>
      Array.from(rows).filter((row) => row.seq > since);
    const rows = {
      ...nothing,
      chats: newer(this.chats.values()),
      messages: newer(this.messages.values()),
      session: this.inbox.session,
    };
    return { status: 200, body: { inboxes: [{ ...rows, ...head, reset: false }] } };
  }

  #page(chatId: number, query: URLSearchParams): Answer {
    const limit = Number(query.get('limit') ?? 50);
    const rows = Array.from(this.messages.values()).filter((row) => row.chatId === chatId);
    const all = rows.toSorted((a, b) => a.id - b.id);
    const [before, after] = ['before', 'after'].map((name) => query.get(name));
    const moment = Number(query.get('from') ?? Infinity);
    const around = query.get('around') ?? all.find((row) => row.at >= moment)?.id;
    const place = all.findIndex((row) => row.id === Number(around ?? before ?? after));
    if (around && place === -1) return problem(404, 'not-found');
    const end = around ? place + limit / 2 : before ? place : after ? place + 1 + limit : all.length;
    const start = Math.max(0, after ? place + 1 : end - limit);
    const list = all.slice(start, end);
    return {
      status: 200,
      body: {
        list,
        next: start > 0 ? String(list[0]?.id ?? after) : null,
        newer: end < all.length ? String(list.at(-1)?.id ?? after) : null,
        cursor: this.seq,
      },
    };
  }

  #send(chatId: number, body: Record<string, unknown>): Answer {
    const clientId = String(body['clientId']);
    let row = Array.from(this.messages.values()).find((one) => one.clientId === clientId);
    if (!row) {
      const id = this.messages.size + 1;
      row = aMessage({
        id,
        chatId,
        clientId,
        fromMe: true,
        body: String(body['body']),
        type: (body['as'] as Message['type'] | undefined) ?? 'text',
        media: body['uploadId'] ? aFile({ id: 200 + id, fileName: 'sent' }) : null,
        quotedMessageId: (body['quotedMessageId'] as string | undefined) ?? null,
        content: body['link'] ? { link: body['link'] as GivenLink } : null,
        at: Date.now(),
        delivery: 'queued',
      });
      this.commit({ messages: [row] });
      row = this.messages.get(id)!;
    }
    return { status: 201, body: row };
  }

  /** Files as the product serves them, by the number in their address. */
  #media(path: string, request: IncomingMessage, response: ServerResponse): void {
    const id = Number(/\d+/.exec(path)?.[0]);
    const isSound = id >= 107 && id <= 109;
    const [width = 640, height = 480] = id === 102 ? [450, 700] : id === 112 ? [256, 256] : [];
    const bytes = isSound
      ? aSound(this.soundSeconds ?? (id === 107 ? 14 : 7))
      : aPicture(width, height, id % 5);
    const kind = { 'content-type': isSound ? 'audio/wav' : 'image/png', 'accept-ranges': 'bytes' };
    // As the product does: without ranges a browser forgets a place in a sound.
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    if (!range) return void response.writeHead(200, { ...kind, 'content-length': bytes.length }).end(bytes);
    const from = Number(range[1]);
    const to = range[2] ? Math.min(Number(range[2]), bytes.length - 1) : bytes.length - 1;
    const head = { 'content-range': `bytes ${from}-${to}/${bytes.length}`, 'content-length': to - from + 1 };
    response.writeHead(206, { ...kind, ...head }).end(bytes.subarray(from, to + 1));
  }

  /** As the product serves it: one page may frame it. */
  async #frame(url: URL, response: ServerResponse): Promise<void> {
    const page = url.searchParams.get('page') ?? '';
    const { frame } = JSON.parse(await readFile(join(this.#folder!, 'manifest.json'), 'utf8')) as {
      frame: string;
    };
    response.writeHead(200, {
      'content-type': 'text/html',
      'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws:; img-src 'self'; require-trusted-types-for 'script'; frame-ancestors ${this.framedBy ?? page}`,
    });
    response.end(`<!doctype html><body><script type="module" src="${frame}"></script></body>`);
  }

  #doctor(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
    response.end(
      JSON.stringify({ now: Date.now() + this.clockOff, version: '1.0.0', allowed: true, isSecure: false }),
    );
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const name = path.slice('/widget/'.length).replace(/\/$/, '/index.html');
    try {
      const content = await readFile(join(this.#folder!, name));
      response.writeHead(200, {
        'content-type': kinds[extname(name)] ?? 'text/plain',
        'access-control-allow-origin': '*',
      });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  }
}

export function problem(status: number, code: string): Answer {
  return { status, body: { type: 'about:blank', title: code, status, code } };
}
