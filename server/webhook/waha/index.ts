import type { EngineEvent } from '../../contract/engine-event.ts';
import type { WebhookDialect } from '../dialect.ts';
import { at, record, textAt } from '../foreign.ts';
import { inlineFiles } from '../inline-file.ts';
import { decodeEvent } from './decode.ts';
import { verifyHmac } from './verify.ts';

/** WAHA 2024 … 2026: `{ event, session, payload, … }`, signed with HMAC-SHA512 over the bytes. */
export const dialect: WebhookDialect = {
  name: 'waha',
  verify: verifyHmac,
  matches: (body) => textAt(body, 'event') !== undefined && record(body)?.['payload'] !== undefined,
  route: (body) => {
    const session = textAt(body, 'session');
    return session ? { session } : undefined;
  },
  decode: (body): EngineEvent[] => decodeEvent(body),
  // Old releases can be told to send small files along.
  files: (body) =>
    /^message(\.any)?$/.test(textAt(body, 'event') ?? '')
      ? inlineFiles(at(body, 'payload'), at(body, 'payload', 'media'))
      : [],
};
