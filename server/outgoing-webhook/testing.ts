import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import { createSeal } from '../access/seal.ts';
import { newInbox, openTestRoom, type TestRoom } from '../chat/testing.ts';
import type { OutgoingEvent } from '../contract/outgoing.ts';
import { createOutgoingWebhooks, type OutgoingWebhooks } from './index.ts';

export interface Taken {
  headers: IncomingHttpHeaders;
  raw: string;
  event: OutgoingEvent;
}

/** Somebody's server: answers with what `answer` says, and writes down what came. */
export class Receiver implements AsyncDisposable {
  readonly taken: Taken[] = [];
  /** Status, and headers if any; `hold`: never. */
  answer: (taken: Taken, n: number) => { status: number; headers?: Record<string, string> } | 'hold' =
    () => ({
      status: 204,
    });
  #arrived: (() => void)[] = [];
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      const taken = { headers: request.headers, raw, event: JSON.parse(raw) as OutgoingEvent };
      this.taken.push(taken);
      const answer = this.answer(taken, this.taken.length);
      if (answer !== 'hold') response.writeHead(answer.status, answer.headers).end('thanks');
      for (const wake of this.#arrived.splice(0)) wake();
    });
  });
  async open(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return this;
  }
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  get types(): string[] {
    return this.taken.map(({ event }) => event.type);
  }
  /** Resolves when the next POST has come. */
  next(): Promise<void> {
    return new Promise((done) => this.#arrived.push(done));
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }
}

let organisations = 100_000;

/** An Inbox of an Organisation of its own: what other tests have left behind is not told. */
export async function newOrganisation(db: Database): Promise<{ organisationId: number; inboxId: number }> {
  organisations += 1;
  const inboxId = await newInbox(db);
  await db.updateTable('inbox').set({ organisation_id: organisations }).where('id', '=', inboxId).execute();
  return { organisationId: organisations, inboxId };
}

export interface TestOutgoing extends AsyncDisposable {
  test: TestRoom;
  receiver: Receiver;
  outgoing: OutgoingWebhooks;
  endpoints: OutgoingWebhooks['endpoints'];
  /** Turns the clock in steps until `check` holds; it stands still while a POST is under way. */
  turnUntil(check: () => boolean | Promise<boolean>): Promise<void>;
}

/** A heart, the room beside it, and a receiver that the operator vouches for. */
export async function outgoingForTest(
  db: Database,
  changes: { receiver?: Receiver; seal?: ReturnType<typeof createSeal>; test?: TestRoom } = {},
): Promise<TestOutgoing> {
  const test = changes.test ?? openTestRoom(db);
  const receiver = changes.receiver ?? (await new Receiver().open());
  const outgoing = createOutgoingWebhooks({
    db,
    bus: test.bus,
    clock: test.clock,
    log: test.log,
    seal: changes.seal ?? createSeal([randomBytes(32)]),
    trusted: [receiver.origin],
    random: () => 0.5,
  });
  return {
    test,
    receiver,
    outgoing,
    endpoints: outgoing.endpoints,
    async turnUntil(check) {
      for (let step = 0; !(await check()); step++) {
        if (step > 5_000) throw new Error(`never so: ${test.logged.at(-1)}`);
        const underWay = outgoing.underWay();
        if (underWay) await Promise.race([underWay, receiver.next()]);
        else {
          await test.clock.advance(1_000);
          // What was asked of the database meanwhile has been answered, however slow it is.
          await db.selectFrom('endpoint').select('id').limit(1).execute();
        }
      }
    },
    [Symbol.asyncDispose]: async () => {
      await outgoing[Symbol.asyncDispose]();
      if (!changes.test) await test[Symbol.asyncDispose]();
      if (!changes.receiver) await receiver[Symbol.asyncDispose]();
    },
  };
}
