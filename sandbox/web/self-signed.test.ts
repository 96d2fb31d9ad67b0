import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { selfSigned } from './self-signed.ts';

const hosts = ['web.whatsapp.com', '*.whatsapp.net', 'localhost'] as const;

test('a certificate is read by others as what was asked for, and signed by its own key', () => {
  const { key, cert } = selfSigned({ hosts, address: '127.0.0.1' }, 10);
  const read = new X509Certificate(cert);
  expect(read.subject).toBe('CN=web.whatsapp.com');
  expect(read.subjectAltName).toBe(
    'DNS:web.whatsapp.com, DNS:*.whatsapp.net, DNS:localhost, IP Address:127.0.0.1',
  );
  expect(read.ca).toBe(false);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(Date.parse(read.validFrom)).toBeLessThan(Date.now());
  expect((Date.parse(read.validTo) - Date.now()) / 86_400_000).toBeCloseTo(10, 1);
});

test('who trusts it speaks TLS with its holder under each of its names, and under no other', async () => {
  const { key, cert } = selfSigned({ hosts, address: '127.0.0.1' }, 10);
  await using server = createServer({ key, cert }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const speak = async (servername: string): Promise<boolean> => {
    const socket = connect({ port, host: '127.0.0.1', servername, ca: cert });
    const spoke = await once(socket, 'secureConnect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    return spoke;
  };
  expect(await speak('web.whatsapp.com')).toBe(true);
  expect(await speak('mmg.whatsapp.net')).toBe(true);
  expect(await speak('localhost')).toBe(true);
  expect(await speak('web.whatsapp.org')).toBe(false);
});

test('no two have the same number', () => {
  const number = (): string =>
    new X509Certificate(selfSigned({ hosts, address: '127.0.0.1' }, 1).cert).serialNumber;
  expect(number()).not.toBe(number());
});
