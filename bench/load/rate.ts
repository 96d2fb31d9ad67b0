import { answer } from '../part.ts';
import { Connection } from './connection.ts';
import { deliveryBody, messageIdOf, signedPost, type Target } from './delivery.ts';

/** Closed loop: each connection sends its next request when the last is answered. */
export type RateQuestion = {
  connections: number;
  seconds: number;
  host: string;
  port: number;
} & (
  | { kind: 'deliveries'; target: Target; run: number; most: number }
  /** These requests, over and over; not more than `most`. */
  | { kind: 'requests'; texts: string[]; status: number; most?: number }
);

export interface RateAnswer {
  answered: number;
  /** Answers that were not what they should be. */
  wrong: number;
  seconds: number;
  /** By request, in ms. */
  p50: number;
  p99: number;
}

async function measure(question: RateQuestion): Promise<RateAnswer> {
  const requests = requestsOf(question);
  const expected = question.kind === 'requests' ? question.status : 200;
  const connections = await Promise.all(
    Array.from({ length: question.connections }, () => Connection.open(question.host, question.port)),
  );
  const times: number[] = [];
  let wrong = 0;
  const start = performance.now();
  const end = start + question.seconds * 1000;
  await Promise.all(
    connections.map(async (connection) => {
      for (let begun = performance.now(); begun < end;) {
        const request = requests.next().value;
        if (!request) return;
        const status = await connection.send(request);
        const now = performance.now();
        times.push(now - begun);
        if (status !== expected) wrong += 1;
        begun = now;
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const connection of connections) connection[Symbol.dispose]();
  const sorted = Float64Array.from(times).toSorted();
  const rank = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
  return { answered: times.length - wrong, wrong, seconds, p50: rank(0.5), p99: rank(0.99) };
}

/** Made before the clock starts: making one costs as much as taking it. */
function requestsOf(question: RateQuestion): Iterator<Buffer, undefined> {
  if (question.kind === 'requests') {
    const buffers = question.texts.map((text) => Buffer.from(text));
    return overAndOver(buffers, question.most ?? Infinity);
  }
  const { target, run, most } = question;
  return Array.from({ length: most }, (_, n) =>
    signedPost(target, deliveryBody(n, messageIdOf(run, n), `Hello, this is message ${n} of run ${run}.`)),
  ).values() as Iterator<Buffer, undefined>;
}

function* overAndOver(requests: readonly Buffer[], most: number): Generator<Buffer, undefined> {
  for (let n = 0; n < most; n++) yield requests[n % requests.length]!;
}

answer<RateQuestion>({}, measure);
