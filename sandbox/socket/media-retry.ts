import { randomBytes } from 'node:crypto';
import { aesEncryptGCM, hkdf, proto } from 'baileys';
import type { World } from '../world.ts';
import { ownJid, toJid } from './addresses.ts';
import type { Mailbox } from './mailbox.ts';
import type { MediaDoor } from './media-door.ts';
import { node } from './nodes.ts';

/** A device cannot load a file and asks the phone to upload it again. Without a network the phone does not answer. */
export function answerMediaRetry(
  { world, media, mailbox }: { world: World; media: MediaDoor; mailbox: Mailbox },
  id: string,
): void {
  if (!world.online) return;
  const message = world.state.messages.find((one) => one.id === id);
  const file = message?.media;
  const isThere = file && world.faults.media !== 'gone' && world.media.get(file.path);
  const about = node('rmr', {
    jid: toJid(message?.chat ?? world.me.phone),
    from_me: String(message?.fromMe ?? false),
    participant: message?.author && toJid(message.author),
  });
  const attrs = { from: ownJid(world, 0), type: 'mediaretry', id, t: world.now() };
  if (!isThere) {
    const { NOT_FOUND } = proto.MediaRetryNotification.ResultType;
    return mailbox.send(node('notification', attrs, [node('error', { code: NOT_FOUND }), about]));
  }
  const answer = proto.MediaRetryNotification.encode({
    stanzaId: id,
    directPath: media.pathOf(file, message.type),
    result: proto.MediaRetryNotification.ResultType.SUCCESS,
  }).finish();
  const key = hkdf(media.keyOf(file), 32, { info: 'WhatsApp Media Retry Notification' });
  const iv = randomBytes(12);
  const sealed = aesEncryptGCM(answer, key, iv, Buffer.from(id));
  const encrypt = node('encrypt', {}, [node('enc_p', {}, sealed), node('enc_iv', {}, iv)]);
  return mailbox.send(node('notification', attrs, [encrypt, about]));
}
