import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { toAddress } from '../contract/address.ts';
import { espoChatIn, espoTopic, inboxOfPassingTopic, inboxOfTopic } from '../contract/topic.ts';
import type { Role } from '../contract/wire.ts';
import { digest, sameSecret } from '../ids.ts';
import type { Match } from './wamp/uri.ts';

/** Whose socket it is: the sign-in that a one-time ticket stands for. One object per ticket. */
export interface Principal {
  readonly agentId: number;
  readonly agentSessionId: string;
  readonly organisationId: number;
  readonly role: Role;
  /** The Inboxes this Agent may read now; asked afresh at every SUBSCRIBE. */
  inboxIds(): Promise<readonly number[]>;
}

export interface GateOptions {
  /** Takes the ticket out of circulation. `undefined`: unknown, used or older than 60 s. Rejects on faults only. */
  redeemTicket(ticket: string): Promise<Principal | undefined>;
  /** Asked for every Origin but `null` and a missing one. */
  originAllowed(origin: string, principal: Principal): Promise<boolean> | boolean;
  clock: Clock;
}

/** A ticket that has been redeemed from a permitted origin. */
export interface Admission {
  principal: Principal;
  /** Whether a text is the ticket just redeemed (it is kept as a digest only). */
  isTicket(ticket: string): boolean;
}

export type Refusal = 'not-signed-in' | 'origin-not-allowed';

/** Payload of the bus channel `signed-out`. With both ids, either ends a sign-in. */
const signedOut = z.object({ agentId: z.int().optional(), agentSessionId: z.string().optional() });
export type SignedOut = z.infer<typeof signedOut>;

/** How long an answer of `inboxIds` is believed while events are handed out, in ms. A yes is believed longer than a no. */
const believed = { yes: 5_000, no: 1_000 };
const longestTicket = 512;

/** Decides who may connect and who may hear what. */
export class Gate {
  #options: GateOptions;
  /** Notices that came in while a ticket was being redeemed: one list per arrival under way. */
  #hearing = new Set<SignedOut[]>();
  #permitted = new WeakMap<Principal, { ids: Set<number>; at: number }>();
  #asking = new WeakMap<Principal, Promise<Set<number>>>();

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * Redeems the ticket, checks the origin and calls `enter` in the same breath, so that no sign-out can slip in
   * between. Returns why not, if not. A missing Origin is no browser (autobahn in Node): the ticket is its authority.
   * `null` (sandboxed frames, files) is refused before the ticket is looked at; a ticket that comes from a foreign
   * origin is burnt.
   */
  async admit(
    ticket: string | null,
    origin: string | undefined,
    enter: (admission: Admission) => void,
  ): Promise<Refusal | undefined> {
    if (origin === 'null') return 'origin-not-allowed';
    if (!ticket || ticket.length > longestTicket) return 'not-signed-in';
    const heard: SignedOut[] = [];
    this.#hearing.add(heard);
    try {
      const principal = await this.#options.redeemTicket(ticket);
      if (!principal) return 'not-signed-in';
      if (origin !== undefined && !(await this.#options.originAllowed(origin, principal))) {
        return 'origin-not-allowed';
      }
      if (heard.some((notice) => concerns(notice, principal))) return 'not-signed-in';
      const ticketDigest = digest(ticket);
      enter({ principal, isTicket: (text) => sameSecret(digest(text), ticketDigest) });
      return undefined;
    } finally {
      this.#hearing.delete(heard);
    }
  }

  /**
   * `chatdock.inbox.<id>` of own Inboxes, with `.replying`, with `.presence` or without, exactly; `WhatsApp` and `whatsapp.message.<chatId>`
   * for everybody, who then hear of their own Inboxes only; no patterns, nothing else.
   */
  authorise(principal: Principal, topic: string, match: Match): boolean | Promise<boolean> {
    if (match !== 'exact') return false;
    if (topic === espoTopic) return true;
    const chat = espoChatIn(topic);
    if (chat !== undefined) return toAddress(chat) === chat;
    const inboxId = inboxOfTopic(topic) ?? inboxOfPassingTopic(topic);
    if (inboxId === undefined) return false;
    return this.#ask(principal).then((ids) => ids.has(inboxId));
  }

  /** Whether an event of the Inbox may go to `principal`; answers from memory where it can. */
  mayRead(principal: Principal, inboxId: number): boolean | Promise<boolean> {
    const known = this.#permitted.get(principal);
    if (known) {
      const age = this.#options.clock.now() - known.at;
      const isPermitted = known.ids.has(inboxId);
      if (age < (isPermitted ? believed.yes : believed.no)) return isPermitted;
    }
    return this.#ask(principal).then((ids) => ids.has(inboxId));
  }

  /** Reads a notice of the bus. Returns whose sockets end; `undefined` if it is none. */
  signedOut(payload: unknown): ((principal: Principal) => boolean) | undefined {
    const read = signedOut.safeParse(payload);
    if (!read.success) return undefined;
    for (const heard of this.#hearing) heard.push(read.data);
    return (principal) => concerns(read.data, principal);
  }

  /** One question at a time per Principal: a burst of events or SUBSCRIBEs shares the answer. */
  #ask(principal: Principal): Promise<Set<number>> {
    const underWay = this.#asking.get(principal);
    if (underWay) return underWay;
    const at = this.#options.clock.now();
    const asking = principal
      .inboxIds()
      .then((list) => {
        const ids = new Set(list);
        this.#permitted.set(principal, { ids, at });
        return ids;
      })
      .finally(() => this.#asking.delete(principal));
    this.#asking.set(principal, asking);
    return asking;
  }
}

function concerns(notice: SignedOut, principal: Principal): boolean {
  return (
    (notice.agentSessionId !== undefined && notice.agentSessionId === principal.agentSessionId) ||
    (notice.agentId !== undefined && notice.agentId === principal.agentId)
  );
}
