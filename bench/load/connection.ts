import { connect, type Socket } from 'node:net';

/** One kept-alive HTTP/1.1 connection that sends prepared bytes and reads no more of the answer than it must. */
export class Connection implements Disposable {
  #socket: Socket;
  #buffered: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (status: number) => void; reject: (reason: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static open(host: string, port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host, () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
      socket.once('error', reject);
    });
  }

  /** One request at a time. Resolves to the status when the whole answer is there. */
  send(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  #take(chunk: Buffer): void {
    this.#buffered = this.#buffered.length === 0 ? chunk : Buffer.concat([this.#buffered, chunk]);
    const status = wholeAnswer(this.#buffered);
    if (status === undefined) return;
    this.#buffered = Buffer.alloc(0);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(status);
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

/** The status, once head and body are complete. */
function wholeAnswer(buffered: Buffer): number | undefined {
  const headEnd = buffered.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = buffered.toString('latin1', 0, headEnd).toLowerCase();
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: (\d+)/.exec(head);
  if (length) return buffered.length >= headEnd + 4 + Number(length[1]) ? status : undefined;
  if (head.includes('\r\ntransfer-encoding: chunked')) {
    return buffered.toString('latin1', buffered.length - 5) === '0\r\n\r\n' ? status : undefined;
  }
  return status;
}
