/** The broker's end of a transport that carries texts. No method throws, also not after the end. */
export interface Peer {
  /** One text frame; bytes are UTF-8 of the same text, shared between peers. */
  send(frame: string | Uint8Array): void;
  /** Ends with a closing handshake. */
  close(code: number, reason: string): void;
  /** Ends without one: the other side sees a lost connection. */
  terminate(): void;
  /** Bytes handed over and not yet taken by the network. */
  readonly bufferedAmount: number;
}

/** Codes of closing handshakes that this broker starts. */
export const closeCodes = {
  normal: 1000,
  protocolError: 1002,
  restart: 1012,
  /** Signed out, or never signed in: get a new ticket first. */
  notSignedIn: 4401,
  /** The handshake took too long. */
  timeout: 4408,
  /** More messages than a client of ours can have reason to send. */
  tooMany: 4429,
} as const;
