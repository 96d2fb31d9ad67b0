import { parseArgs } from 'node:util';

/** What the command line and the environment ask for. */
export interface Options {
  url: string;
  email: string;
  password: string | undefined;
  /** In place of signing in. */
  token: string | undefined;
  /** Id or name of an Inbox. */
  inbox: string | undefined;
  /** Id or name of the organisation, or the name of one of its Inboxes, as the predecessor's script took it. */
  company: string | undefined;
  /** Ask for a pairing code for this number; undefined: show a QR code. */
  pairing: string | undefined;
  /** Where `send` goes when it is not told. */
  testNumber: string | undefined;
}

export const usage = `npm run session -- [options]

  --inbox <id or name>     the number to work with; default: the first
  --company <id or name>   the organisation (or a number's name) instead
  --pairing --phone <no>   link with a pairing code instead of a QR code
  --url <address>          of the server; default http://127.0.0.1:8090
  --email <address>        to sign in with; the password is CHATDOCK_PASSWORD, or asked for

Environment: CHATDOCK_URL, CHATDOCK_EMAIL, CHATDOCK_PASSWORD or CHATDOCK_TOKEN; USE_PAIRING_CODE=true with
WHATSAPP_PHONE_NUMBER; TEST_PHONE_NUMBER.
`;

/** Throws an Error with words for the person who typed it. */
export function readOptions(
  args: readonly string[],
  environment: Record<string, string | undefined>,
): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      inbox: { type: 'string' },
      company: { type: 'string' },
      pairing: { type: 'boolean' },
      phone: { type: 'string' },
      url: { type: 'string' },
      email: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  if (values.inbox !== undefined && values.company !== undefined)
    throw new Error('Give --inbox or --company, not both');
  const phone = values.phone ?? (environment['WHATSAPP_PHONE_NUMBER'] || undefined);
  const wantsCode = values.pairing ?? /^(1|true|yes)$/i.test(environment['USE_PAIRING_CODE'] ?? '');
  if (wantsCode && phone === undefined)
    throw new Error('A pairing code is for a number: give --phone or WHATSAPP_PHONE_NUMBER');
  if (!wantsCode && values.phone !== undefined) throw new Error('--phone goes with --pairing');
  return {
    url: (values.url ?? (environment['CHATDOCK_URL'] || 'http://127.0.0.1:8090')).replace(/\/+$/, ''),
    email: values.email ?? (environment['CHATDOCK_EMAIL'] || 'admin@chatdock.local'),
    password: environment['CHATDOCK_PASSWORD'] || undefined,
    token: environment['CHATDOCK_TOKEN'] || undefined,
    inbox: values.inbox,
    company: values.company,
    pairing: wantsCode ? phone : undefined,
    testNumber: environment['TEST_PHONE_NUMBER'] || undefined,
  };
}
