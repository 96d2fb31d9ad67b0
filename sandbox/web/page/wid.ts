/** An address, as the page's code passes it around. Its fields are what leaves the page. */
export class Wid {
  readonly server: string;
  readonly user: string;
  readonly _serialized: string;
  constructor(user: string, server: string) {
    this.server = server;
    this.user = user;
    this._serialized = `${user}@${server}`;
  }
  isUser(): boolean {
    return this.server === 'c.us' || this.server === 'lid';
  }
  isLid(): boolean {
    return this.server === 'lid';
  }
  isGroup(): boolean {
    return this.server === 'g.us';
  }
  isNewsletter(): boolean {
    return this.server === 'newsletter';
  }
  isBroadcast(): boolean {
    return this.server === 'broadcast';
  }
  isStatus(): boolean {
    return this._serialized === 'status@broadcast';
  }
  toString(): string {
    return this._serialized;
  }
  toJid(): string {
    return this._serialized.replace('@c.us', '@s.whatsapp.net');
  }
  equals(other: unknown): boolean {
    return other instanceof Wid && other._serialized === this._serialized;
  }
}

/** Throws what WhatsApp's own page throws when the text is no address. */
export function createWid(from: unknown): Wid {
  if (from instanceof Wid) return from;
  const text = serialized(from).replace('@s.whatsapp.net', '@c.us');
  const [, user, server] = /^([^@]+)@([\w.]+)$/.exec(text) ?? [];
  if (!user || !server) throw new Error(`wid error: invalid wid: ${text}`);
  return new Wid(user, server);
}

/** The text of an address, a key, or of a text itself. */
export function serialized(id: unknown): string {
  if (typeof id === 'string') return id;
  if (typeof id !== 'object' || id === null) return String(id);
  return '_serialized' in id && typeof id._serialized === 'string' ? id._serialized : String(id);
}
