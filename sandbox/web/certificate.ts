import { createHash, X509Certificate } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { selfSigned } from './self-signed.ts';

export interface Certificate {
  key: string;
  cert: string;
  /** Base64 of the SHA-256 of the public key: what the browser is told to trust, and nothing else. */
  spki: string;
}

const loopback = '127.0.0.1';
const hosts = ['web.whatsapp.com', '*.whatsapp.net', 'localhost'] as const;

/** A certificate for web.whatsapp.com, signed by itself. Kept in `file` (if given), so that it stays the same. */
export async function certificate(file?: string): Promise<Certificate> {
  const kept = file && (await readKept(file));
  if (kept) return kept;
  const made = selfSigned({ hosts, address: loopback }, 3_650);
  if (file) {
    await writeFile(`${file}.new`, `${made.key}\n${made.cert}`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
  return { ...made, spki: spkiOf(made.cert) };
}

async function readKept(file: string): Promise<Certificate | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const key = /-----BEGIN (?:EC )?PRIVATE KEY-----[^]+?-----END (?:EC )?PRIVATE KEY-----/.exec(text)?.[0];
  const cert = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/.exec(text)?.[0];
  if (!key || !cert) return undefined;
  const kept = new X509Certificate(cert);
  if (Date.parse(kept.validTo) < Date.now() + 86_400_000 || !kept.checkIP(loopback)) return undefined;
  return { key, cert, spki: spkiOf(cert) };
}

const spkiOf = (cert: string): string =>
  createHash('sha256')
    .update(new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
