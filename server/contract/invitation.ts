import { addressKind, toAddress } from './address.ts';
import type { MessageContent } from './content.ts';

type Invitation = NonNullable<MessageContent['invitation']>;

/** The link by which anybody comes into a group; `undefined` for what is no code. */
export function inviteLinkOf(code: unknown): string | undefined {
  return typeof code === 'string' && /^[\w-]{8,64}$/.test(code)
    ? `https://chat.whatsapp.com/${code}`
    : undefined;
}

/**
 * What a message invites to, from parts that are bounded already. `until`: ms. `undefined` where no group is named. The
 * code that lets one in is not among the parts: it stays with the engine.
 */
export function invitationOf(told: {
  group: unknown;
  name: string | undefined;
  text: string | undefined;
  until: number | undefined;
  picture: string | undefined;
}): Invitation | undefined {
  const group = toAddress(told.group);
  if (!group || addressKind(group) !== 'group') return undefined;
  return {
    group,
    name: told.name ?? '',
    ...(told.text ? { text: told.text } : {}),
    // Of one that was used it is told as 0.
    ...(told.until ? { until: told.until } : {}),
    ...(told.picture ? { picture: told.picture } : {}),
  };
}
