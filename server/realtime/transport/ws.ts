import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import { subprotocols } from '../../contract/topic.ts';
import type { Log } from '../../log.ts';
import type { Admission, Refusal } from '../gate.ts';
import type { Attached } from '../wamp/broker.ts';
import type { Peer } from '../wamp/peer.ts';
import { Callers, callerAddress, type CallerLimits } from './callers.ts';
import { TokenBucket } from './token-bucket.ts';

export interface SocketLimits extends CallerLimits {
  /** Largest message taken from a client, in bytes. */
  payloadBytes: number;
  /** Messages and pings of one socket. */
  messages: { perSecond: number; burst: number };
  /** How long the gate may take before the caller is sent away, in ms. */
  admitMs: number;
  /** From one ping to the next, and from a ping to the end of a socket that has not answered, in ms. */
  pingMs: number;
  pongMs: number;
  /** How long the other side may take over a closing handshake, in ms. */
  closeMs: number;
}

export const socketDefaults: SocketLimits = {
  open: 50,
  rate: { perSecond: 20, burst: 50 },
  all: 10_000,
  payloadBytes: 64 * 1024,
  messages: { perSecond: 20, burst: 400 },
  admitMs: 5_000,
  pingMs: 25_000,
  pongMs: 10_000,
  closeMs: 1_000,
};

export interface DoorOptions {
  server: Server;
  clock: Clock;
  log: Log;
  limits: SocketLimits;
  /** Proxies in front that add X-Forwarded-For. */
  trustedProxies: number;
  /** See {@link Gate.admit}: calls `enter` in the same breath as its last check. */
  admit(
    ticket: string | null,
    origin: string | undefined,
    enter: (admission: Admission) => void,
  ): Promise<Refusal | undefined>;
  attach(peer: Peer, version: 1 | 2, admission: Admission): Attached;
}

interface Open {
  ws: WebSocket;
  session: Attached;
  hasAnswered: boolean;
}

/** Paths that sockets come in by. `/wss` is EspoCRM's; both speak both versions. */
const espoPath = '/wss';
const paths: readonly string[] = ['/ws', espoPath];

const refusals = {
  'not-signed-in': 401,
  'origin-not-allowed': 403,
  'too-many-requests': 429,
  unavailable: 503,
} as const;

/**
 * The door for sockets, on the same port as HTTP. Everything that can refuse a caller is asked before the 101: path,
 * place, sub-protocol, ticket, origin. After it, this file owns ping and pong, message rate and the end of the socket.
 */
export class SocketDoor implements AsyncDisposable {
  #options: DoorOptions;
  #callers: Callers;
  #ws: WebSocketServer;
  #open = new Set<Open>();
  #end = new AbortController();
  #refused = 0;
  #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void =>
    this.#knock(request, socket, head);

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#callers = new Callers(options.limits);
    this.#ws = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: options.limits.payloadBytes,
      maxFragments: 256,
      // Compressing made one process grow to over a gigabyte within seconds: frames queue up in zlib.
      perMessageDeflate: false,
      handleProtocols: (offered) => preferred([...offered]) ?? false,
    });
    options.server.on('upgrade', this.#onUpgrade);
    void this.#beat();
  }

  get counters(): { sockets: number; refused: number } {
    return { sockets: this.#open.size, refused: this.#refused };
  }

  #knock(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener a caller that hangs up while the gate thinks would be an uncaught error.
    socket.on('error', () => socket.destroy());
    const url = URL.parse(request.url ?? '', 'http://localhost');
    if (!url || !paths.includes(url.pathname)) {
      // Another part of the server may have sockets of its own.
      if (this.#options.server.listenerCount('upgrade') === 1) this.#refuse(socket, 404);
      return;
    }
    if (this.#end.signal.aborted) return this.#refuse(socket, 503);
    const address = callerAddress(request, this.#options.trustedProxies);
    const release = this.#callers.take(address, this.#options.clock.now());
    if (typeof release === 'string') return this.#refuse(socket, refusals[release]);
    socket.once('close', release);
    const version = versionFor(request, url.pathname);
    if (!version) return this.#refuse(socket, 400);
    void this.#ask({ request, socket, head, url, version });
  }

  async #ask({ request, socket, head, url, version }: Knock): Promise<void> {
    const { admit, clock, limits, log } = this.#options;
    const ticket = url.searchParams.get('ticket') ?? url.searchParams.get('authToken');
    const patience = new AbortController();
    let isAnswered = false;
    const enter = (admission: Admission): void => {
      // The caller may have left, the time be up, or the house be closing since.
      if (isAnswered || socket.destroyed || this.#end.signal.aborted) return;
      isAnswered = true;
      this.#ws.handleUpgrade(request, socket, head, (ws) => this.#welcome(ws, version, admission));
    };
    const tooLate = clock.delay(limits.admitMs, patience.signal).then(() => 'unavailable' as const);
    const asked = admit(ticket, request.headers.origin, enter).catch((error: unknown) => {
      log.error({ err: error }, 'the gate failed');
      return 'unavailable' as const;
    });
    const refusal = await Promise.race([asked, tooLate]);
    patience.abort();
    if (isAnswered) return;
    isAnswered = true;
    this.#refuse(socket, refusal ? refusals[refusal] : 503);
  }

  #refuse(socket: Duplex, status: number): void {
    this.#refused++;
    // Never the URL: it carries the ticket.
    this.#options.log.debug({ status }, 'upgrade refused');
    if (socket.destroyed) return;
    const text = `${STATUS_CODES[status] ?? 'Refused'}\n`;
    socket.once('finish', () => socket.destroy());
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\nConnection: close\r\nCache-Control: no-store\r\n` +
        (status === 429 || status === 503 ? 'Retry-After: 2\r\n' : '') +
        `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    );
  }

  #welcome(ws: WebSocket, version: 1 | 2, admission: Admission): void {
    const { clock, limits } = this.#options;
    const bucket = new TokenBucket(limits.messages, clock.now());
    const gone = new AbortController();
    // Faults of the protocol or the network; ws closes with the fitting code itself (1009, 1002, 1007) and says 'close'.
    ws.on('error', () => {});
    const session = this.#options.attach(this.#peerOf(ws, gone.signal), version, admission);
    const open: Open = { ws, session, hasAnswered: true };
    this.#open.add(open);
    const isTooMuch = (): boolean => {
      if (bucket.take(clock.now())) return false;
      session.end('too-many');
      return true;
    };
    ws.on('message', (data, isBinary) => {
      if (!isTooMuch()) session.receive(isBinary ? '' : textOf(data));
    });
    ws.on('ping', isTooMuch);
    ws.on('pong', () => void (open.hasAnswered = true));
    ws.once('close', () => {
      gone.abort();
      this.#open.delete(open);
      session.closed();
    });
  }

  #peerOf(ws: WebSocket, gone: AbortSignal): Peer {
    const { clock, limits } = this.#options;
    const isOpen = (): boolean => ws.readyState === ws.OPEN;
    return {
      send: (frame) => {
        if (isOpen()) ws.send(frame, { binary: false });
      },
      close: (code, reason) => {
        if (!isOpen()) return;
        // A close frame holds 123 bytes of reason at most.
        ws.close(code, reason.slice(0, 100));
        void clock.delay(limits.closeMs, gone).then(() => ws.terminate());
      },
      terminate: () => ws.terminate(),
      get bufferedAmount() {
        return ws.bufferedAmount;
      },
    };
  }

  /** Pings all, then ends those who have not answered. A vanished laptop or a dead proxy is noticed by nothing else. */
  async #beat(): Promise<void> {
    const { clock, limits } = this.#options;
    const { signal } = this.#end;
    while (!signal.aborted) {
      await clock.delay(limits.pingMs - limits.pongMs, signal);
      if (signal.aborted) return;
      const asked = [...this.#open];
      for (const open of asked) {
        open.hasAnswered = false;
        if (open.ws.readyState === open.ws.OPEN) open.ws.ping();
      }
      await clock.delay(limits.pongMs, signal);
      if (signal.aborted) return;
      for (const open of asked) if (!open.hasAnswered) open.ws.terminate();
    }
  }

  /** Takes no more callers, lets every session say good-bye, and cuts off who is still there after `closeMs`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    const gone = [...this.#open].map(
      ({ ws }) => new Promise<void>((resolve) => ws.once('close', () => resolve())),
    );
    for (const { session } of this.#open) session.end('restart');
    const enough = new AbortController();
    await Promise.race([
      Promise.all(gone),
      this.#options.clock.delay(this.#options.limits.closeMs, enough.signal),
    ]);
    enough.abort();
    for (const { ws } of this.#open) ws.terminate();
    await Promise.all(gone);
    this.#options.server.off('upgrade', this.#onUpgrade);
    this.#ws.close();
  }
}

interface Knock {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  url: URL;
  version: 1 | 2;
}

function preferred(offered: readonly string[]): string | undefined {
  return [subprotocols.v2, subprotocols.v1].find((protocol) => offered.includes(protocol));
}

/** Which WAMP is spoken. On EspoCRM's path a client that names none speaks v1, as its own server has it. */
function versionFor(request: IncomingMessage, path: string): 1 | 2 | undefined {
  const header = request.headers['sec-websocket-protocol'];
  if (header === undefined) return path === espoPath ? 1 : undefined;
  const chosen = preferred(header.split(',').map((name) => name.trim()));
  if (chosen === undefined) return undefined;
  return chosen === subprotocols.v2 ? 2 : 1;
}

function textOf(data: RawData): string {
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer)).toString('utf8');
}
