import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { emptyDigest, signRequest, type SigningKey } from './sigv4.ts';

/** An object service for tests: keeps objects in memory and answers only what is signed with its key. */
export class StandInS3 implements AsyncDisposable {
  readonly key: SigningKey = { accessKeyId: 'AKTEST', secretKey: 'secret/key+1', region: 'eu-test-1' };
  readonly objects = new Map<string, { bytes: Buffer; putAt: Date }>();
  /** Statuses to answer in place of the next requests. */
  readonly failures: number[] = [];
  /** Why requests were refused. */
  readonly refused: string[] = [];
  open = 0;
  now: () => number = () => Date.now();
  #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.open += 1;
      response.once('close', () => (this.open -= 1));
      void this.#answer(request, response);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const failure = this.failures.shift();
    const why = this.#check(request, body);
    if (why !== undefined) this.refused.push(why);
    if (failure !== undefined || why !== undefined) {
      response.writeHead(failure ?? 403).end('<Error/>');
      return;
    }
    const name = request.url!;
    const found = this.objects.get(name);
    if (request.method === 'PUT') {
      this.objects.set(name, { bytes: body, putAt: new Date(this.now()) });
      response.writeHead(200).end();
    } else if (request.method === 'DELETE') {
      this.objects.delete(name);
      response.writeHead(204).end();
    } else if (!found) response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    else this.#send(request, response, found);
  }

  #send(
    request: IncomingMessage,
    response: ServerResponse,
    { bytes, putAt }: { bytes: Buffer; putAt: Date },
  ): void {
    const headers = { 'last-modified': putAt.toUTCString() };
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (range && Number(range[1]) >= bytes.length) {
      response.writeHead(416, headers).end();
      return;
    }
    const [start, end] = range
      ? [Number(range[1]), Math.min(Number(range[2]), bytes.length - 1)]
      : [0, bytes.length - 1];
    const part = bytes.subarray(start, end + 1);
    response.writeHead(range ? 206 : 200, {
      ...headers,
      'content-length': part.length,
      ...(range && { 'content-range': `bytes ${start}-${end}/${bytes.length}` }),
    });
    response.end(request.method === 'HEAD' ? undefined : part);
  }

  /** Why the request is not to be believed, as the real service would say. */
  #check(request: IncomingMessage, body: Buffer): string | undefined {
    const { headers } = request;
    const match =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\S+,SignedHeaders=([a-z0-9;-]+),Signature=[0-9a-f]{64}$/.exec(
        headers.authorization ?? '',
      );
    if (!match || match[1] !== this.key.accessKeyId) return 'no such key';
    const stamp = String(headers['x-amz-date']);
    const at = new Date(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
    if (!(Math.abs(at.getTime() - this.now()) < 900_000)) return 'the clock is wrong';
    const payloadDigest = String(headers['x-amz-content-sha256']);
    const real = body.length === 0 ? emptyDigest : createHash('sha256').update(body).digest('hex');
    if (payloadDigest !== real) return 'the body is another';
    const names = match[2]!
      .split(';')
      .filter((name) => name !== 'host' && !/^x-amz-(date|content)/.test(name));
    const expected = signRequest(this.key, {
      method: request.method!,
      url: new URL(request.url!, `http://${headers.host}`),
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
      payloadDigest,
      at,
    });
    if (headers.range !== undefined && !names.includes('range')) return 'the range is not signed';
    return expected['authorization'] === headers.authorization ? undefined : 'the signature is wrong';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((done) => {
      this.#server.close(() => done());
      this.#server.closeAllConnections();
    });
  }
}
