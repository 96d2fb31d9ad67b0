import { z } from 'zod';
import type { Upstream } from './engine/engine.ts';
import type { StoreConfig } from './media/open-store.ts';

/** Every variable the product reads, with its default and meaning; the README's table is made from this list. */
const variables = {
  CHATDOCK_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8090)
    .describe('Port of HTTP and WebSocket. 0 = any free one'),
  CHATDOCK_HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  CHATDOCK_DATA: z
    .string()
    .default('data')
    .describe('Folder of the embedded database, Session credentials and keys'),
  CHATDOCK_DATABASE: z
    .string()
    .optional()
    .describe(
      '`mysql://user:password@host/name`, or `sqlite:<file>`. Default: a SQLite file in the data folder',
    ),
  CHATDOCK_PUBLIC_URL: z
    .url()
    .optional()
    .describe(
      'Address under which browsers reach this server, e.g. `https://wa.example.com`. Needed behind a proxy',
    ),
  CHATDOCK_TRUSTED_PROXIES: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('How many proxies in front add X-Forwarded-For'),
  CHATDOCK_MODE: z
    .enum(['production', 'demo'])
    .optional()
    .describe('`demo` has the sandbox and the demo page. Default: production when NODE_ENV is, else demo'),
  CHATDOCK_SANDBOX_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8091)
    .describe('Loopback port of the Sandbox phone (demo mode)'),
  CHATDOCK_UPSTREAMS: z
    .string()
    .default('')
    .describe(
      'JSON: worlds an engine may speak to: arguments for a browser, and the socket with who vouches for it, `{"whatsapp":{"browserArguments":["--proxy-server=…"],"socket":{"url":"wss://…","noiseRoot":"base64","certificate":"PEM"}}}`',
    ),
  CHATDOCK_CHROMIUM: z.string().optional().describe('Path of the browser. Default: the system’s'),
  CHATDOCK_SECRET_KEY: z
    .string()
    .optional()
    .describe(
      '32 bytes in base64 that seal stored secrets; a new one goes first, the old after a comma. Default: made once, kept in the data folder',
    ),
  CHATDOCK_ALLOW_UNSIGNED_WEBHOOKS: z
    .string()
    .default('')
    .describe('Comma list of `<dialect>/<session>` taken without a secret. Only for closed networks'),
  CHATDOCK_REMOTE_SERVERS: z
    .string()
    .default('')
    .describe(
      'Comma list of origins (`http://waha:3000`) of servers in the private network that we may fetch from or post to. Others must be public',
    ),
  CHATDOCK_WEBHOOK_FILE: z.coerce
    .number()
    .min(0)
    .max(200)
    .default(10)
    .describe('Largest file a webhook may carry in its body, MB'),
  CHATDOCK_LARGEST_FILE: z.coerce
    .number()
    .min(1)
    .max(2_000)
    .default(100)
    .describe('Largest file received or sent, MB. WhatsApp’s own limits for pictures and videos stay'),
  CHATDOCK_S3: z
    .string()
    .optional()
    .describe(
      'Keep files in an S3-compatible store: `https://<endpoint>/<bucket>/<prefix>`. Default: the data folder',
    ),
  CHATDOCK_S3_REGION: z.string().default('us-east-1').describe('Region to sign requests for'),
  CHATDOCK_S3_ACCESS_KEY: z.string().optional().describe('Access key id of the S3-compatible store'),
  CHATDOCK_S3_SECRET_KEY: z.string().optional().describe('Secret key of the S3-compatible store'),
  CHATDOCK_SHOW: z
    .string()
    .default('')
    .describe('Comma list of what is taken in beside people and groups: `status`, `channels`'),
  CHATDOCK_PROFILE_PICTURES: z
    .enum(['on', 'off'])
    .default('on')
    .describe(
      'Profile pictures of customers and groups. `off`: WhatsApp is asked for none, and those kept are deleted',
    ),
  CHATDOCK_LINK_PREVIEWS: z
    .enum(['on', 'off'])
    .default('on')
    .describe(
      'Previews of links in what Agents write. `off`: this server reads no page, and texts go without them',
    ),
  CHATDOCK_RECONCILE_SECONDS: z.coerce
    .number()
    .int()
    .min(60)
    .max(86_400)
    .default(300)
    .describe('How often the phone is asked for messages that were lost on their way here'),
  CHATDOCK_HEARTBEAT_SECONDS: z.coerce
    .number()
    .int()
    .min(5)
    .max(3_600)
    .default(60)
    .describe('How often a live Session is asked whether it is there'),
  CHATDOCK_KEEPALIVE_SECONDS: z.coerce
    .number()
    .int()
    .min(20)
    .max(30)
    .default(25)
    .describe('How often an engine that speaks WhatsApp’s socket itself says that it is there'),
  CHATDOCK_ENGINE_MEMORY: z.coerce
    .number()
    .int()
    .min(200)
    .max(64_000)
    .default(2_000)
    .describe('Memory the processes of one engine may take before it is started afresh, MB'),
  CHATDOCK_STARTS_AT_ONCE: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(4)
    .describe('How many Sessions may start at once; the others wait in line'),
  CHATDOCK_ARCHIVE_MINUTES: z.coerce
    .number()
    .int()
    .min(5)
    .max(10_080)
    .default(60)
    .describe(
      'How often the link of a live Session is copied, sealed, from its folder into the database (engines with a browser)',
    ),
  CHATDOCK_ARCHIVE_LARGEST: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_000)
    .default(256)
    .describe('What such a copy may weigh, MB; of a heavier one the copy before stays'),
  CHATDOCK_SESSION_LOG_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(90)
    .describe('How long the log of each Session’s life is kept, days'),
  CHATDOCK_METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe('Bearer token for `/metrics`. Default: only this machine may read it, and not through a proxy'),
  CHATDOCK_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe log line to write'),
  CHATDOCK_ADMIN_EMAIL: z
    .string()
    .default('admin@chatdock.local')
    .describe('E-mail of the first admin, made on the first start'),
} as const;

const schema = z.object(variables);

export interface Config {
  port: number;
  host: string;
  dataFolder: string;
  databaseUrl: string;
  /** Origin without a trailing slash; undefined: the address listened on. */
  publicUrl: string | undefined;
  trustedProxies: number;
  mode: 'production' | 'demo';
  sandboxPort: number;
  upstreams: Record<string, Omit<Upstream, 'name'>>;
  chromium: string | undefined;
  secretKey: string | undefined;
  unsignedWebhooks: string[];
  /** Origins of remote WhatsApp servers that may stand in a private network. */
  remoteServers: string[];
  /** Bytes of the largest file that may come inside a webhook. */
  webhookFile: number;
  /** Bytes of the largest file, in or out. */
  largestFile: number;
  /** Where files are kept; without `s3` in the data folder. */
  files: StoreConfig;
  shows: { status: boolean; channels: boolean };
  /** Whether people are asked what they look like. */
  profilePictures: boolean;
  /** Whether pages are read for previews of links. */
  linkPreviews: boolean;
  reconcileMs: number;
  heartbeatMs: number;
  keepAliveMs: number;
  /** Bytes. */
  engineMemory: number;
  startsAtOnce: number;
  /** How often links are archived (ms), and how large they may be (bytes). */
  archive: { everyMs: number; largest: number };
  sessionLogMs: number;
  metricsToken: string | undefined;
  logLevel: string;
  adminEmail: string;
}

/** Reads the environment. Throws one readable error that names every variable that is wrong. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const read = schema.safeParse(given);
  if (!read.success) {
    const lines = read.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The configuration cannot be read:\n${lines.join('\n')}`);
  }
  const v = read.data;
  const mode = v.CHATDOCK_MODE ?? (environment['NODE_ENV'] === 'production' ? 'production' : 'demo');
  return {
    port: v.CHATDOCK_PORT,
    host: v.CHATDOCK_HOST,
    dataFolder: v.CHATDOCK_DATA,
    databaseUrl: v.CHATDOCK_DATABASE ?? `sqlite:${v.CHATDOCK_DATA}/chatdock.db`,
    publicUrl: v.CHATDOCK_PUBLIC_URL ? new URL(v.CHATDOCK_PUBLIC_URL).origin : undefined,
    trustedProxies: v.CHATDOCK_TRUSTED_PROXIES,
    mode,
    sandboxPort: v.CHATDOCK_SANDBOX_PORT,
    upstreams: readUpstreams(v.CHATDOCK_UPSTREAMS),
    chromium: v.CHATDOCK_CHROMIUM,
    secretKey: v.CHATDOCK_SECRET_KEY,
    unsignedWebhooks: v.CHATDOCK_ALLOW_UNSIGNED_WEBHOOKS.split(',')
      .map((name) => name.trim())
      .filter(Boolean),
    remoteServers: v.CHATDOCK_REMOTE_SERVERS.split(',')
      .map((origin) => origin.trim())
      .filter(Boolean),
    webhookFile: v.CHATDOCK_WEBHOOK_FILE * 1_000_000,
    largestFile: v.CHATDOCK_LARGEST_FILE * 1024 * 1024,
    files: v.CHATDOCK_S3 === undefined ? {} : { s3: readS3(v.CHATDOCK_S3, v) },
    shows: readShows(v.CHATDOCK_SHOW),
    profilePictures: v.CHATDOCK_PROFILE_PICTURES === 'on',
    linkPreviews: v.CHATDOCK_LINK_PREVIEWS === 'on',
    reconcileMs: v.CHATDOCK_RECONCILE_SECONDS * 1_000,
    heartbeatMs: v.CHATDOCK_HEARTBEAT_SECONDS * 1_000,
    keepAliveMs: v.CHATDOCK_KEEPALIVE_SECONDS * 1_000,
    engineMemory: v.CHATDOCK_ENGINE_MEMORY * 1_000_000,
    startsAtOnce: v.CHATDOCK_STARTS_AT_ONCE,
    archive: {
      everyMs: v.CHATDOCK_ARCHIVE_MINUTES * 60_000,
      largest: v.CHATDOCK_ARCHIVE_LARGEST * 1_000_000,
    },
    sessionLogMs: v.CHATDOCK_SESSION_LOG_DAYS * 86_400_000,
    metricsToken: v.CHATDOCK_METRICS_TOKEN,
    logLevel: v.CHATDOCK_LOG_LEVEL,
    adminEmail: v.CHATDOCK_ADMIN_EMAIL.toLowerCase(),
  };
}

/** Rows of the README's table. */
export function describeVariables(): { name: string; fallback: string; meaning: string }[] {
  return Object.entries(variables).map(([name, type]) => {
    const fallback = (type as z.ZodType).safeParse(undefined);
    return {
      name,
      fallback: fallback.success ? String(fallback.data ?? '') : '',
      meaning: type.description ?? '',
    };
  });
}

function readS3(
  address: string,
  v: Pick<z.infer<typeof schema>, 'CHATDOCK_S3_REGION' | 'CHATDOCK_S3_ACCESS_KEY' | 'CHATDOCK_S3_SECRET_KEY'>,
): NonNullable<StoreConfig['s3']> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const [bucket = '', ...folders] = (url?.pathname ?? '').split('/').filter(Boolean);
  const isSound =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.username + url.password + url.search + url.hash === '' &&
    /^[a-z0-9][a-z0-9.-]{1,62}$/.test(bucket) &&
    folders.every((folder) => /^[A-Za-z0-9_-]+$/.test(folder));
  if (!isSound) throw new Error('CHATDOCK_S3 must be of the form https://<endpoint>/<bucket>/<prefix>');
  const { CHATDOCK_S3_ACCESS_KEY: accessKeyId, CHATDOCK_S3_SECRET_KEY: secretKey } = v;
  if (!accessKeyId || !secretKey) {
    throw new Error('CHATDOCK_S3 needs CHATDOCK_S3_ACCESS_KEY and CHATDOCK_S3_SECRET_KEY');
  }
  const prefix = folders.map((folder) => `${folder}/`).join('');
  return { endpoint: url.origin, bucket, prefix, region: v.CHATDOCK_S3_REGION, accessKeyId, secretKey };
}

const upstreamsSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  z.object({
    browserArguments: z.array(z.string()).default([]),
    socket: z
      .object({
        url: z.url({ protocol: /^wss?$/ }),
        noiseRoot: z.base64().optional(),
        certificate: z.string().optional(),
      })
      .optional(),
  }),
);

function readUpstreams(text: string): Config['upstreams'] {
  if (!text) return {};
  try {
    // JSON has no `undefined`: an optional key is there with a value, or it is not there.
    return upstreamsSchema.parse(JSON.parse(text)) as Config['upstreams'];
  } catch (error) {
    throw new Error(
      'CHATDOCK_UPSTREAMS must be JSON of the form {"name":{"browserArguments":["…"],"socket":{"url":"wss://…"}}}',
      {
        cause: error,
      },
    );
  }
}

function readShows(text: string): Config['shows'] {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
  const strange = words.find((word) => word !== 'status' && word !== 'channels');
  if (strange !== undefined) throw new Error(`CHATDOCK_SHOW knows status and channels, not ${strange}`);
  return { status: words.includes('status'), channels: words.includes('channels') };
}
