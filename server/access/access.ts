import { transact, type Database } from '../../db/database.ts';
import { insertTicket, takeTicket } from '../../db/query/ticket.ts';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../contract/problem.ts';
import type { Agent } from '../contract/wire.ts';
import { digest, newSecret } from '../ids.ts';
import type { Log } from '../log.ts';
import { findAgent } from '../../db/query/agent.ts';
import { findOrganisation } from '../../db/query/organisation.ts';
import { AgentSessions, lifetimes as usualLifetimes, type Lifetimes } from './agent-sessions.ts';
import { agentsOf, changeAgent, createAgent, toAgent, type AgentChange, type NewAgent } from './agents.ts';
import * as invitations from './invitations.ts';
import { AllowedOrigins } from './origins.ts';
import { Passwords } from './passwords.ts';
import { createEmbedded, type Embedded } from './embedded/index.ts';
import { Audit } from './audit.ts';
import { ApiKeys, looksLikeApiKey } from './api-keys.ts';
import { inboxAgents, setInboxAgents, type InboxAgents } from './permissions.ts';
import type { Principal } from './principal.ts';
import type { Seal } from './seal.ts';
import * as totp from './totp.ts';
import { SignInLimits } from './sign-in-limits.ts';
import { changePassword, signIn, type Caller, type NewSignIn, type SignInInput } from './sign-in.ts';

export interface AccessOptions {
  db: Database;
  clock: Clock;
  bus: Bus;
  log: Log;
  lifetimes?: Lifetimes;
}

const ticketMs = 60_000;

/** Agents and their sign-ins: who somebody is, and from where. One per process; owns the sweeping of old sign-ins. */
export class Access implements AsyncDisposable {
  readonly sessions: AgentSessions;
  readonly origins: AllowedOrigins;
  readonly keys: ApiKeys;
  readonly audit: Audit;
  #db: Database;
  #clock: Clock;
  #log: Log;
  #passwords = new Passwords();
  #limits: SignInLimits;

  constructor(options: AccessOptions) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#limits = new SignInLimits({
      db: options.db,
      clock: options.clock,
      onFault: (error) => this.#log.error({ err: error }, 'a try of signing in stays counted'),
    });
    this.origins = new AllowedOrigins(options.db, options.clock);
    this.audit = new Audit(options);
    this.keys = new ApiKeys({
      ...options,
      onFault: (error) => this.#log.error({ err: error }, 'the use of an API key could not be written down'),
    });
    this.sessions = new AgentSessions({
      db: options.db,
      clock: options.clock,
      bus: options.bus,
      lifetimes: options.lifetimes ?? usualLifetimes,
      alsoSweep: async () => {
        await this.#limits.prune();
        await this.audit.recover();
      },
      onFault: (error) => this.#log.error({ err: error }, 'sign-ins could not be kept up to date'),
    });
  }

  /** Problems: `wrong-credentials`, `too-many-requests`, `origin-not-allowed`, `unavailable`. */
  signIn(input: SignInInput): Promise<NewSignIn> {
    return signIn(this.#parts(), input);
  }

  /** Ends all sign-ins of the Agent and begins a new one. Problems: `wrong-credentials`, `weak-password`. */
  changePassword(
    principal: Principal,
    input: { current: string; next: string; caller: Caller },
  ): Promise<NewSignIn> {
    return changePassword(this.#parts(), principal, input);
  }

  /** Who holds a session token or an API key; undefined when nobody does. Usually from memory. */
  authenticate(token: string): Promise<Principal | undefined> {
    return looksLikeApiKey(token) ? this.keys.authenticate(token) : this.sessions.authenticate(token);
  }

  /** A sign-in or key as it stands now (role, Inboxes); undefined when it has ended. */
  current(agentSessionId: string): Promise<Principal | undefined> {
    return agentSessionId.startsWith('key:')
      ? this.keys.authenticateId(agentSessionId)
      : this.sessions.authenticateId(agentSessionId);
  }

  /** Problems: `not-found`. */
  inboxAgents(organisationId: number, inboxId: number): Promise<InboxAgents> {
    return inboxAgents(this.#parts(), organisationId, inboxId);
  }

  /** Problems: `not-found`. */
  setInboxAgents(organisationId: number, inboxId: number, wanted: InboxAgents): Promise<InboxAgents> {
    return setInboxAgents(this.#parts(), organisationId, inboxId, wanted);
  }

  async describe(
    principal: Principal,
  ): Promise<{ agent: Agent; organisation: { id: number; name: string } }> {
    const [agent, organisation] = await Promise.all([
      findAgent(this.#db, principal.organisationId, principal.agentId),
      findOrganisation(this.#db, principal.organisationId),
    ]);
    if (!agent || !organisation) throw new Problem('not-signed-in');
    return { agent: toAgent(agent), organisation: { id: organisation.id, name: organisation.name } };
  }

  /** A one-time door opener for a socket, good for 60 s. */
  async issueTicket(principal: Principal): Promise<{ ticket: string; expiresAt: number }> {
    const ticket = newSecret();
    const expiresAt = this.#clock.now() + ticketMs;
    await insertTicket(this.#db, {
      id: digest(ticket),
      agent_session_id: principal.agentSessionId,
      expires_at: expiresAt,
    });
    return { ticket, expiresAt };
  }

  /** Takes the ticket out of circulation. `undefined`: unknown, used, too old, or its sign-in has ended. */
  async redeemTicket(ticket: string): Promise<Principal | undefined> {
    const agentSessionId = await takeTicket(this.#db, digest(ticket), this.#clock.now());
    return agentSessionId === undefined ? undefined : this.sessions.authenticateId(agentSessionId);
  }

  /** Whether the Agent's Organisation allows pages of this origin (our own is the caller's affair). */
  originAllowed(origin: string, principal: Pick<Principal, 'organisationId'>): Promise<boolean> {
    return this.origins.isAllowed(origin, principal.organisationId);
  }

  /** Counts as use of the sign-in: for open sockets, about once a minute. False when it has ended. */
  async touch(agentSessionId: string): Promise<boolean> {
    return (await this.sessions.authenticateId(agentSessionId)) !== undefined;
  }

  listAgents(organisationId: number): Promise<Agent[]> {
    return agentsOf(this.#db, organisationId);
  }

  /** Problems: `weak-password`, `conflict`. */
  createAgent(organisationId: number, input: NewAgent): Promise<Agent> {
    return createAgent(this.#parts(), organisationId, input);
  }

  /** Problems: `not-found`, `weak-password`, `conflict`. */
  changeAgent(organisationId: number, agentId: number, change: AgentChange): Promise<Agent> {
    return changeAgent(this.#parts(), organisationId, agentId, change);
  }

  /** Problems: `conflict`, `not-found`. */
  invite(organisationId: number, input: invitations.NewInvitation) {
    return invitations.invite(this.#parts(), organisationId, input);
  }

  listInvitations(organisationId: number) {
    return invitations.invitationsOf(this.#parts(), organisationId);
  }

  /** Problems: `not-found`. */
  revokeInvitation(organisationId: number, id: string): Promise<void> {
    return invitations.revokeInvitation(this.#parts(), organisationId, id);
  }

  /** Problems: `not-found`. */
  readInvitation(token: string) {
    return invitations.readInvitation(this.#parts(), token);
  }

  /** Problems: `not-found`, `weak-password`, `conflict`. */
  acceptInvitation(input: Parameters<typeof invitations.acceptInvitation>[1]) {
    return invitations.acceptInvitation(this.#parts(), input);
  }

  /** Problems: `not-found`: the Agent is not of the Organisation. */
  async requireAgent(organisationId: number, agentId: number): Promise<void> {
    if (!(await findAgent(this.#db, organisationId, agentId))) throw new Problem('not-found');
  }

  /** Problems: `not-found`. */
  async endAllSignIns(organisationId: number, agentId: number): Promise<void> {
    await this.requireAgent(organisationId, agentId);
    await transact(this.#db, (tx) => this.sessions.endAll(agentId, tx));
    this.sessions.announce({ agentId });
  }

  totpState(agentId: number) {
    return totp.totpState(this.#parts(), agentId);
  }

  /** Of another Agent of this Organisation. Problems: `not-found`. */
  async totpStateOf(organisationId: number, agentId: number) {
    await this.requireAgent(organisationId, agentId);
    return this.totpState(agentId);
  }

  /** Problems: `wrong-credentials`, `too-many-requests`, `conflict`. */
  enrolTotp(seal: Seal, principal: Principal, input: { password: string; ip: string }) {
    return totp.enrolTotp(this.#parts(), seal, principal, input);
  }

  /** Problems: `wrong-credentials`, `too-many-requests`, `not-found`. */
  confirmTotp(seal: Seal, principal: Principal, input: { code: string; ip: string }) {
    return totp.confirmTotp(this.#parts(), seal, principal, input);
  }

  /** Problems: `wrong-credentials`, `too-many-requests`. */
  disableTotp(principal: Principal, input: { password: string; ip: string }): Promise<void> {
    return totp.disableTotp(this.#parts(), principal, input);
  }

  /** Problems: `not-found`. */
  resetTotp(organisationId: number, agentId: number): Promise<void> {
    return totp.resetTotp(this.#parts(), organisationId, agentId);
  }

  /** Agents whom host pages vouch for; their keys are sealed with `seal`. */
  embedded(seal: Seal): Embedded {
    return createEmbedded({
      ...this.#parts(),
      seal,
      createAgent: (organisationId, input) => this.createAgent(organisationId, input),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.keys[Symbol.dispose]();
    await this.sessions[Symbol.asyncDispose]();
  }

  #parts() {
    return {
      db: this.#db,
      clock: this.#clock,
      log: this.#log,
      sessions: this.sessions,
      passwords: this.#passwords,
      limits: this.#limits,
      audit: this.audit,
    };
  }
}

/** Starts the room; dispose it to end its sweeping. */
export function createAccess(options: AccessOptions): Access {
  return new Access(options);
}
