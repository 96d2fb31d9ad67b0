/**
 * An Address is a WhatsApp identifier in one spelling: lower case, no device or agent suffix, `@s.whatsapp.net`
 * written `@c.us`. The core compares Addresses byte for byte and never looks inside; engines and dialects normalise
 * at the door with {@link toAddress}.
 */
export type Address = string & { readonly __address: unique symbol };

export type AddressKind = 'phone' | 'lid' | 'group' | 'channel' | 'broadcast';

const kinds = new Map<string, AddressKind>([
  ['c.us', 'phone'],
  ['lid', 'lid'],
  ['g.us', 'group'],
  ['newsletter', 'channel'],
  ['broadcast', 'broadcast'],
]);

/** Reads a foreign identifier (a string, or WhatsApp Web's `{user, server, _serialized}`). `undefined` if it is none. */
export function toAddress(value: unknown): Address | undefined {
  if (value !== null && typeof value === 'object') {
    const wid = value as { _serialized?: unknown; user?: unknown; server?: unknown };
    if (typeof wid._serialized === 'string') return toAddress(wid._serialized);
    if (typeof wid.user === 'string' && typeof wid.server === 'string')
      return toAddress(`${wid.user}@${wid.server}`);
    return undefined;
  }
  if (typeof value !== 'string' || value.length > 120) return undefined;
  const match = /^([0-9a-z.+-]+?)(?:_\d+)?(?::\d+)?@([a-z.]+)$/.exec(value.trim().toLowerCase());
  if (!match) return undefined;
  const server =
    match[2] === 's.whatsapp.net' || match[2] === 'hosted'
      ? 'c.us'
      : match[2] === 'hosted.lid'
        ? 'lid'
        : match[2]!;
  if (!kinds.has(server)) return undefined;
  const user = server === 'c.us' ? match[1]!.replace(/^\+/, '') : match[1]!;
  return `${user}@${server}` as Address;
}

export function addressKind(address: Address): AddressKind {
  return kinds.get(address.slice(address.indexOf('@') + 1)) ?? 'phone';
}

/** The part before `@`: for a phone Address the digits in international form without `+`. */
export function addressUser(address: Address): string {
  return address.slice(0, address.indexOf('@'));
}

export function isStatusBroadcast(address: Address): boolean {
  return addressKind(address) === 'broadcast';
}

/** Whose Chat this is: a person's, a group's, or one where somebody speaks to many. */
export function chatKindOf(address: Address): 'person' | 'group' | 'channel' {
  const kind = addressKind(address);
  if (kind === 'group') return 'group';
  return kind === 'channel' || kind === 'broadcast' ? 'channel' : 'person';
}

/** `393331234567` → `393331234567@c.us` */
export function phoneAddress(digits: string): Address {
  return `${digits.replace(/\D/g, '')}@c.us` as Address;
}
