import type { WebSocket } from 'ws';
import { answer } from '../part.ts';
import { Connection } from './connection.ts';
import { deliveryBody, messageIdOf, signedPost, type Target } from './delivery.ts';
import { listen } from './wamp-client.ts';

/** Open loop: deliveries leave at their time, whether those before are answered or not. */
export interface LatencyQuestion {
  target: Target;
  /** One socket address for each listener, ticket included; the one in the middle is the one that is timed. */
  sockets: string[];
  topic: string;
  rate: number;
  seconds: number;
  run: number;
}

export interface LatencyAnswer {
  /** Posting → event in the client's hands, in ms, one for each delivery. */
  latencies: number[];
  /** Deliveries whose event did not come within two seconds of the last. */
  lost: number;
  /** Deliveries that were not answered 200. */
  wrong: number;
}

interface Event {
  rows: { messages: { messageId: string | null }[] } | null;
}

async function measure(question: LatencyQuestion): Promise<LatencyAnswer> {
  const { target, sockets, topic, rate, seconds, run } = question;
  const count = Math.round(rate * seconds);
  const requests = Array.from({ length: count }, (_, n) =>
    signedPost(target, deliveryBody(n, messageIdOf(run, n), `Live message ${n} of run ${run}.`)),
  );
  const posted = new Map<string, number>();
  const latencies: number[] = [];
  const all = Promise.withResolvers<void>();
  const timed = Math.floor(sockets.length / 2);
  const open: WebSocket[] = [];
  for (const [n, url] of sockets.entries()) {
    const heard = n === timed ? takeEvent : () => undefined;
    // The product lets one address open no more than fifty.
    open.push(await listen(url, topic, `127.0.0.${2 + Math.floor(n / 40)}`, heard));
  }
  function takeEvent(frame: Buffer): void {
    const now = performance.now();
    const event = (JSON.parse(frame.toString()) as [number, number, number, object, [Event]])[4][0];
    for (const { messageId } of event.rows?.messages ?? []) {
      const start = posted.get(messageId ?? '');
      if (start === undefined) continue;
      posted.delete(messageId!);
      latencies.push(now - start);
      if (latencies.length === count) all.resolve();
    }
  }

  const free: Connection[] = await Promise.all(
    Array.from({ length: 32 }, () => Connection.open(target.host, target.port)),
  );
  const connections = [...free];
  let wrong = 0;
  const pending: Promise<void>[] = [];
  const start = performance.now();
  for (let n = 0; n < count; n++) {
    const due = start + (n * 1000) / rate;
    for (let wait = due - performance.now(); wait > 0; wait = due - performance.now()) {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    const connection = free.pop() ?? (await Connection.open(target.host, target.port));
    if (!connections.includes(connection)) connections.push(connection);
    // From the time it was due: a generator that is late must not flatter the server.
    posted.set(messageIdOf(run, n), due);
    pending.push(
      connection.send(requests[n]!).then((status) => {
        if (status !== 200) wrong += 1;
        free.push(connection);
      }),
    );
  }
  await Promise.all(pending);
  await Promise.race([all.promise, new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
  for (const socket of open) {
    socket.removeAllListeners('close');
    socket.terminate();
  }
  for (const connection of connections) connection[Symbol.dispose]();
  return { latencies, lost: count - latencies.length, wrong };
}

answer<LatencyQuestion>({}, measure);
