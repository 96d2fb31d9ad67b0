import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

// DER, as little of it as one certificate needs (RFC 5280, X.690). Packages that can do this read two hundred modules at
// each start of a Sandbox.

const tags = { number: 2, bits: 3, bytes: 4, oid: 6, text: 12, list: 48, set: 49, time: 23 } as const;
const oids = {
  'ecdsa-with-sha256': '2a8648ce3d040302',
  'common-name': '550403',
  'basic-constraints': '551d13',
  'other-names': '551d11',
};

export interface Names {
  /** The first is the common name; a leading `*.` stands for any one name. */
  hosts: readonly [string, ...string[]];
  /** IPv4. */
  address: string;
}

/** A key on P-256 and a certificate for these names, signed by that key; both PEM. Good from an hour ago, for `days`. */
export function selfSigned(names: Names, days: number): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = list(oid('ecdsa-with-sha256'));
  const name = list(item(tags.set, list(oid('common-name'), item(tags.text, names.hosts[0]))));
  // A positive number: its first bit is none.
  const serial = Buffer.concat([Buffer.of(1), randomBytes(15)]);
  const others = list(
    ...names.hosts.map((host) => item(0x82, host)),
    item(0x87, Buffer.from(names.address.split('.').map(Number))),
  );
  const body = list(
    item(0xa0, item(tags.number, Buffer.of(2))),
    item(tags.number, serial),
    algorithm,
    name,
    list(time(Date.now() - 3_600_000), time(Date.now() + days * 86_400_000)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    item(0xa3, list(extension('basic-constraints', list()), extension('other-names', others))),
  );
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', body, privateKey)]);
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(list(body, algorithm, item(tags.bits, signature))),
  };
}

function item(tag: number, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  const { length } = bytes;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), bytes]);
}
const list = (...items: Buffer[]): Buffer => item(tags.list, Buffer.concat(items));
const oid = (name: keyof typeof oids): Buffer => item(tags.oid, Buffer.from(oids[name], 'hex'));
const extension = (name: keyof typeof oids, value: Buffer): Buffer =>
  list(oid(name), item(tags.bytes, value));
/** YYMMDDHHMMSSZ: so until 2049. */
const time = (ms: number): Buffer =>
  item(
    tags.time,
    `${new Date(ms)
      .toISOString()
      .slice(2)
      .replaceAll(/[-:T]|\..*/g, '')}Z`,
  );

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
