import type { Message } from '../../contract/wire.ts';

type System = NonNullable<NonNullable<Message['content']>['system']>;

const deeds: Record<System['what'], string> = {
  created: 'created the group',
  joined: 'joined',
  added: 'added',
  left: 'left',
  removed: 'removed',
  promoted: 'made an admin of',
  demoted: 'took the admin’s rights from',
  subject: 'changed the name of the group',
  picture: 'changed the picture of the group',
  description: 'changed the description of the group',
  'number-changed': 'changed their number',
  'security-code': 'changed their security code',
  disappearing: 'changed how long messages stay',
  other: 'changed the group',
};

/** Who has done what, in English like everything of a text export. Names may hold anything: the caller makes lines of it. */
export function systemWords({ content, named, body }: Message): string {
  const system = content?.system;
  if (!system) return body || 'system';
  const names = named.map(({ name, address, isMe }) => (isMe ? 'You' : name || address));
  const actor = system.actor === undefined ? undefined : names[0];
  const others = names.slice(actor === undefined ? 0 : 1).join(', ');
  const done = deeds[system.what];
  const said = actor === undefined ? [others, done] : [actor, done, others];
  return said.filter(Boolean).join(' ') + (system.text ? `: ${system.text}` : '');
}

/** What a Message holds beside its text, where that text does not say it; '' where there is nothing. */
export function contentWords({ type, body, content, votes, media }: Message): string {
  const { location, cards, poll, call, invitation, viewOnce } = content ?? {};
  if (media) return media.fileName ? `${type}: ${media.fileName}` : type;
  if (viewOnce) return `${type}, to be opened once on the phone`;
  if (location) return `location: ${location.latitude}, ${location.longitude}`;
  if (cards) return `contact: ${cards.map(({ name, phones }) => [name, ...phones].join(' ')).join('; ')}`;
  if (poll) {
    const counts = new Map(votes?.map(({ option, count }) => [option, count]));
    return `poll: ${poll.options.map((option) => `${option} (${counts.get(option) ?? 0})`).join(', ')}`;
  }
  if (call) {
    const kind = call.video ? 'video call' : 'call';
    return call.missed ? `missed ${kind}` : kind + (call.seconds ? `, ${call.seconds} s` : '');
  }
  if (invitation) return 'invitation into a group';
  return body ? '' : type;
}

/** What an export must not hide: what the other side perhaps, or certainly, has not got. */
export function sentWords({ fromMe, delivery }: Message): string {
  if (!fromMe || delivery === null) return '';
  if (delivery === 'failed') return 'not sent';
  return delivery === 'uncertain' ? 'may not have been sent' : 'on its way';
}
