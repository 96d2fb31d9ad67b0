import { createHash, createHmac } from 'node:crypto';

/** AWS Signature Version 4 for single requests, as S3 and its look-alikes want it. */
export interface SigningKey {
  accessKeyId: string;
  secretKey: string;
  region: string;
}

export interface RequestToSign {
  method: string;
  url: URL;
  /** All headers that are to be signed, `host` apart. */
  headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body, hex. */
  payloadDigest: string;
  at: Date;
}

export const emptyDigest = createHash('sha256').digest('hex');

/** The headers to send: those given, `x-amz-date`, `x-amz-content-sha256` and `authorization`. */
export function signRequest(key: SigningKey, request: RequestToSign): Record<string, string> {
  const stamp = request.at.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-content-sha256': request.payloadDigest,
    'x-amz-date': stamp,
  };
  const signed: Record<string, string> = { ...headers, host: request.url.host };
  const names = Object.keys(signed)
    .map((name) => name.toLowerCase())
    .toSorted();
  const byName = new Map(Object.entries(signed).map(([name, value]) => [name.toLowerCase(), value]));
  const canonical = [
    request.method,
    canonicalPath(request.url.pathname),
    canonicalQuery(request.url.searchParams),
    ...names.map((name) => `${name}:${byName.get(name)!.trim().replaceAll(/ +/g, ' ')}`),
    '',
    names.join(';'),
    request.payloadDigest,
  ].join('\n');
  const day = stamp.slice(0, 8);
  const place = `${day}/${key.region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', stamp, place, sha256(canonical)].join('\n');
  let signing = hmac(`AWS4${key.secretKey}`, day);
  for (const step of [key.region, 's3', 'aws4_request']) signing = hmac(signing, step);
  const signature = hmac(signing, toSign).toString('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${key.accessKeyId}/${place},SignedHeaders=${names.join(';')},Signature=${signature}`,
  };
}

/** S3 encodes each part once; a URL's own encoding leaves some characters as they are. */
function canonicalPath(path: string): string {
  return path
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .toSorted(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
