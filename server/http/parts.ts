import type { Database } from '../../db/database.ts';
import type { Access } from '../access/index.ts';
import type { Seal } from '../access/seal.ts';
import type { Bus } from '../bus/bus.ts';
import type { ChatRoom } from '../chat/chat-room.ts';
import type { AgentsNow } from '../chat/work/index.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Position } from '../contract/wire.ts';
import type { Replying, Viewing } from '../contract/work.ts';
import type { LinkPreviews } from '../link-preview/index.ts';
import type { Log } from '../log.ts';
import type { MediaRoom } from '../media/index.ts';
import type { ProfilePictures } from '../profile-picture/index.ts';
import type { Removals } from '../removal/index.ts';
import type { Sessions } from '../session/sessions.ts';
import type { OutgoingWebhooks } from '../outgoing-webhook/index.ts';
import type { WebhookSettings } from './webhook-settings.ts';

/** What the HTTP edge is given: features to call, and what the installation offers. */
export interface HttpParts {
  config: Pick<Config, 'mode' | 'publicUrl' | 'trustedProxies' | 'remoteServers'>;
  db: Database;
  chat: ChatRoom;
  sessions: Sessions;
  access: Access;
  seal: Seal;
  media: Omit<MediaRoom, 'handle' | typeof Symbol.asyncDispose>;
  pictures: Pick<ProfilePictures, 'look' | 'urls'>;
  previews: Pick<LinkPreviews, 'look'>;
  webhooks: WebhookSettings;
  /** Servers of others that are told what happens. */
  endpoints: OutgoingWebhooks['endpoints'];
  /** Takes numbers out of use. */
  removals: Pick<Removals, 'remove' | 'restore' | 'list'>;
  replying: AgentsNow<Replying>;
  viewing: AgentsNow<Viewing>;
  /** Engines that may be chosen for an Inbox, by name. */
  engines: ReadonlyMap<string, unknown>;
  /** Worlds an engine may speak to, `whatsapp` first. */
  upstreams: readonly string[];
  /** Webhook formats that may feed an Inbox. */
  dialects: readonly string[];
  heads: { get(inboxId: number): Position | undefined };
  clock: Clock;
  log: Log;
  bus: Bus;
  /** Built widget (`dist/widget`). */
  widgetFolder: string;
  /** Address of the Sandbox phone in demo mode. */
  sandboxUrl: string | undefined;
  /** For tests: a route whose answer is not what its schema says is a fault. */
  checkAnswers?: boolean;
  /** Requests a minute: of one IP, and of one sign-in. */
  limits?: { perIp: number; perSignIn: number };
}
