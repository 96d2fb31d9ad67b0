import type { Clock } from '../clock.ts';
import type { Address } from '../contract/address.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import type { Outcome } from '../contract/outcome.ts';
import {
  canSend,
  statusOf,
  type SessionEventKind,
  type SessionReport,
  type SessionState,
} from '../contract/session-state.ts';
import type { EngineSession } from '../engine/engine.ts';
import type { Log } from '../log.ts';
import type { Figures } from './figures.ts';

const ended: ReadonlySet<SessionState> = new Set(['lost', 'failed', 'logged-out', 'stopped']);

/** Verbs that a person, or the deliverer, asks for; looks and pulls of our own say nothing about why it ended. */
const acts: ReadonlySet<string> = new Set(
  'send edit revoke react star vote pin archive mute markRead markUnread typing findNumber fetchMedia pair unlink'.split(
    ' ',
  ),
);

/** Remembers what stood around a Session's ends, counts, and puts both into the reports on their way to the log. */
export class Trace {
  readonly figures: Figures;
  #inboxId: number;
  #engine: string;
  #clock: Clock;
  #log: Log;
  #number: string;
  #engineVersion = '';
  #connectedAt: number | undefined;
  #isConnected = false;
  #isRestart = false;
  #code: string | undefined;
  #lastAction = '';
  #lastActionAt: number | undefined;

  constructor(options: {
    inboxId: number;
    engine: string;
    number: string;
    figures: Figures;
    clock: Clock;
    log: Log;
  }) {
    this.figures = options.figures;
    this.#inboxId = options.inboxId;
    this.#engine = options.engine;
    this.#number = options.number;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  get lastAction(): { what: string; at: number } | undefined {
    return this.#lastActionAt === undefined ? undefined : { what: this.#lastAction, at: this.#lastActionAt };
  }
  get engineVersion(): string {
    return this.#engineVersion;
  }
  get connectedAt(): number | undefined {
    return this.#isConnected ? this.#connectedAt : undefined;
  }

  acted(what: string): void {
    this.#lastAction = what;
    this.#lastActionAt = this.#clock.now();
  }

  /** A start again by ourselves begins. */
  restarts(): void {
    this.#isRestart = true;
    this.figures.reconnects++;
  }

  /** The Session as others see it: what they ask of it is noted. */
  watched(session: EngineSession, check: (chat: Address) => Promise<Outcome | undefined>): EngineSession {
    return new Proxy(session, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        if (key === 'send') {
          return async (request: Parameters<EngineSession['send']>[0]) => {
            const refused = await check(request.chat);
            if (refused) return refused;
            this.acted('send');
            const outcome = await target.send(request);
            if (outcome.kind === 'accepted') this.figures.sent++;
            else if (outcome.kind !== 'not-sent') this.#failed('send-failed', outcome.reason);
            return outcome;
          };
        }
        return (...args: unknown[]): unknown => {
          if (typeof key === 'string' && acts.has(key)) this.acted(key);
          return Reflect.apply(value, target, args);
        };
      },
    });
  }

  /** The same facts, reports among them with what stood around them. */
  hear(events: readonly EngineEvent[]): EngineEvent[] {
    return events.map((event) => {
      if (event.kind === 'session-state') return { ...event, report: this.tell(event.report) };
      if (event.kind === 'message' && event.origin === 'live' && !event.fromMe) {
        this.figures.received++;
        this.acted('message received');
      }
      return event;
    });
  }

  tell(report: SessionReport): SessionReport {
    const now = this.#clock.now();
    if (report.engineVersion) this.#engineVersion = report.engineVersion;
    if (report.me) this.#number = report.me.address.replace(/@.*$/, '');
    const event = report.event ?? this.#kindOf(report);
    const trace = {
      number: this.#number,
      engine: this.#engine,
      engineVersion: this.#engineVersion,
      ...(this.#connectedAt === undefined ? {} : { connectedMs: Math.max(0, now - this.#connectedAt) }),
      lastAction: this.#lastAction,
      ...(this.#lastActionAt === undefined ? {} : { lastActionAt: this.#lastActionAt }),
    };
    this.#count(report, event);
    if (event === 'disconnected' || event === 'failed')
      this.#log.warn(
        {
          inboxId: this.#inboxId,
          at: new Date(now).toISOString(),
          state: report.state,
          status: statusOf(report.code) ?? null,
          code: report.code,
          message: report.detail ?? '',
          ...trace,
        },
        'DISCONNECT EVENT',
      );
    if (canSend(report.state) && !this.#isConnected) {
      this.#isConnected = true;
      this.#isRestart = false;
      this.#connectedAt = now;
    }
    if (ended.has(report.state)) this.#isConnected = false;
    if (report.state === 'logged-out') this.#number = '';
    return { ...report, event, trace };
  }

  #kindOf(report: SessionReport): SessionEventKind {
    if (canSend(report.state)) return this.#isConnected ? 'state' : 'connected';
    if (ended.has(report.state)) {
      if (this.#isConnected) return 'disconnected';
      return report.state === 'stopped' ? 'state' : 'failed';
    }
    if (report.state !== 'pairing' || !report.pairing) return 'state';
    const { kind, value } = report.pairing;
    if (this.#code === value) return 'state';
    this.#code = value;
    return kind === 'qr' ? 'qr' : 'pairing-code';
  }

  #count(report: SessionReport, event: SessionEventKind): void {
    const { figures } = this;
    if (event === 'connected') figures.connects++;
    if (event === 'disconnected') figures.disconnects++;
    if (event === 'qr') figures.qrCodes++;
    if (event === 'pairing-code') figures.pairingCodes++;
    if (event === 'breaker-opened') figures.breakerOpened++;
    if (event === 'failed' && this.#isRestart) {
      figures.failedReconnects++;
      this.#isRestart = false;
    }
    if ((event === 'failed' || event === 'disconnected') && report.state !== 'stopped')
      if (report.code !== 'unlinked-by-agent') this.#failed(report.code, report.detail ?? '');
  }

  #failed(code: NonNullable<Figures['lastError']>['code'], message: string): void {
    this.figures.errors++;
    this.figures.lastError = { at: this.#clock.now(), code, message };
  }
}
