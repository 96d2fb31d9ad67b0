import type { Inbound } from './inputs.ts';
import { sample } from './samples.ts';
import type { MessageFields, Wid } from './shapes.ts';

// The kinds of messages a person can write beside text and files, as what they put into a message.

type Kind = Pick<Inbound, 'type' | 'body' | 'fields'>;

export const kindNames = [
  'location',
  'live-location',
  'card',
  'cards',
  'poll',
  'invitation',
  'link',
  'view-once',
  'unknown',
] as const;
export type KindName = (typeof kindNames)[number];

export const location = (at: {
  lat: number;
  lng: number;
  name?: string;
  address?: string;
  live?: boolean;
}): Kind => ({
  type: at.live ? 'live_location' : 'location',
  body: '',
  fields: {
    lat: at.lat,
    lng: at.lng,
    ...(at.name ? { loc: [at.name, at.address].filter(Boolean).join('\n') } : {}),
    ...(at.live ? { isLive: true } : {}),
  },
});

export const card = (name: string, phone: string): string =>
  [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:;${name};;;`,
    `FN:${name}`,
    `TEL;type=CELL;waid=${phone.replace(/\D/g, '')}:${phone}`,
    'END:VCARD',
  ].join('\n');

export function cards(people: readonly { name: string; phone: string }[]): Kind {
  const [first] = people;
  if (people.length === 1 && first)
    return { type: 'vcard', body: card(first.name, first.phone), fields: { vcardFormattedName: first.name } };
  const vcardList = people.map(({ name, phone }) => ({ displayName: name, vcard: card(name, phone) }));
  return { type: 'multi_vcard', body: '', fields: { vcardList } };
}

export const poll = (pollName: string, options: readonly string[], several = false): Kind => ({
  type: 'poll_creation',
  body: '',
  fields: {
    pollName,
    pollOptions: options.map((name, localId) => ({ name, localId })),
    pollSelectableOptionsCount: several ? 0 : 1,
  },
});

/** Into a group; the code lets one in until then (seconds). */
export const invitation = (to: {
  group: Wid;
  name: string;
  code: string;
  until: number;
  comment?: string;
  picture?: string;
}): Kind => ({
  type: 'groups_v4_invite',
  body: '',
  fields: {
    inviteGrp: to.group,
    inviteGrpName: to.name,
    inviteCode: to.code,
    inviteCodeExp: to.until,
    ...(to.comment ? { comment: to.comment } : {}),
    ...(to.picture ? { inviteGrpJpegThum: to.picture } : {}),
  },
});

/** A text with a link, and the preview its writer's phone made of it. */
export const link = (body: string, url: string, title: string, description: string): Kind => ({
  type: 'chat',
  body,
  fields: { subtype: 'url', matchedText: url, canonicalUrl: url, title, description },
});

/** A view-once message: linked devices are told that there is one, and no more. */
export const viewOnce = (): Kind => ({
  type: 'ciphertext',
  body: '',
  fields: { subtype: 'view_once_unavailable_fanout' },
});

/** Of a kind that WhatsApp will think of one day. */
export const unheardOf = (): Kind => ({ type: 'hologram', body: '', fields: {} });

export const missedCall = (video = false): Kind => ({
  type: 'call_log',
  body: '',
  fields: { subtype: video ? 'miss_video' : 'miss', callOutcome: 'Missed', isVideoCall: video },
});

export const call = (seconds: number, video = false): Kind => ({
  type: 'call_log',
  body: '',
  fields: { callOutcome: 'Connected', callDuration: seconds, isVideoCall: video },
});

export const forwarded = (times = 1): MessageFields => ({ isForwarded: true, forwardingScore: times });
export const mentioning = (people: Wid[]): MessageFields => ({ mentionedJidList: people });

/** One of each, as a customer might send it. */
export function example(kind: KindName): Kind {
  switch (kind) {
    case 'location':
      return location({
        lat: 41.8986,
        lng: 12.4769,
        name: 'Pantheon',
        address: 'Piazza della Rotonda, Roma',
      });
    case 'live-location':
      return location({ lat: 41.9, lng: 12.48, live: true });
    case 'card':
      return cards([{ name: 'Marco Bianchi', phone: '+39 347 881 2043' }]);
    case 'cards':
      return cards([
        { name: 'Marco Bianchi', phone: '+39 347 881 2043' },
        { name: 'Luca Ferrari', phone: '+39 320 987 6543' },
      ]);
    case 'poll':
      return poll('Quando passa a ritirarla?', ['Venerdì', 'Sabato', 'Lunedì']);
    case 'invitation':
      return invitation({
        group: '120363099887766554@g.us',
        name: 'Ciclisti del sabato',
        code: 'UHJ3YXRlc2FiYXRv',
        until: Math.floor(Date.now() / 1000) + 3 * 86_400,
        comment: 'Vieni con noi?',
        picture: sample('photo').fields.thumbnail ?? '',
      });
    case 'link':
      return link(
        'Cerco questa: https://bici.example/blu',
        'https://bici.example/blu',
        'Bici blu',
        'Telaio in acciaio, otto marce',
      );
    case 'view-once':
      return viewOnce();
    case 'unknown':
      return unheardOf();
    default:
      throw new Error(`no kind ${String(kind satisfies never)}`);
  }
}
