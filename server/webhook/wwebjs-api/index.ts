import type { WebhookDialect } from '../dialect.ts';
import { at, record, textAt } from '../foreign.ts';
import { inlineFiles } from '../inline-file.ts';
import { sameSecret } from '../../ids.ts';
import { decodeDelivery } from './decode.ts';

/** avoylenko/wwebjs-api (and chrishubert/whatsapp-api): `{ dataType, data, sessionId }`, an API key in a header. */
export const dialect: WebhookDialect = {
  name: 'wwebjs-api',
  verify: (_raw, headers, secret) => {
    const given = headers['x-api-key'];
    return typeof given === 'string' && secret !== '' && sameSecret(given, secret);
  },
  matches: (body) =>
    textAt(body, 'dataType') !== undefined ||
    (record(body)?.['data'] !== undefined && textAt(body, 'event') === undefined),
  route: (body) => {
    const session = textAt(body, 'sessionId');
    return session ? { session } : undefined;
  },
  decode: decodeDelivery,
  files: (body) =>
    textAt(body, 'dataType') === 'media'
      ? inlineFiles(at(body, 'data', 'message'), at(body, 'data', 'messageMedia'))
      : [],
  provesByHeaders: true,
};
