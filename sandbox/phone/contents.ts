import { h } from './dom.ts';
import type { MessageView } from './store.ts';
import { text } from './text.ts';

type Fields = NonNullable<MessageView['fields']>;

/** A line that nobody wrote. */
export const isNotice = ({ type }: MessageView): boolean =>
  ['gp2', 'notification_template', 'e2e_notification', 'call_log'].includes(type);

/** What a message is, in a few words: for lists, and for what an answer answers. */
export function inWords(message: MessageView): string {
  if (message.type === 'revoked') return text.deleted;
  const kind = text.kinds[message.type];
  const fields: Fields = message.fields ?? {};
  const said =
    message.type === 'vcard'
      ? fields.vcardFormattedName
      : message.body || fields.pollName || fields.inviteGrpName || fields.loc;
  if (isNotice(message)) return noticeWords(message);
  if (message.type === 'chat') return message.body;
  return [kind ?? `[${message.type}]`, said].filter(Boolean).join(': ');
}

export function noticeWords({ type, fields = {}, body }: MessageView): string {
  const word =
    type === 'call_log' ? (fields.callOutcome === 'Missed' ? 'miss' : 'call') : (fields.subtype ?? '');
  return [text.notices[word] ?? `[${word || type}]`, body].filter(Boolean).join(': ');
}

/** Everything of a message but its text; nothing for a text. */
export function contents(message: MessageView): HTMLElement | undefined {
  const { media, fields = {}, type } = message;
  const from = `/api/file/${encodeURIComponent(message.id)}`;
  const words = text.kinds[type] ?? type;
  if (media && (type === 'image' || type === 'sticker'))
    return h('img', { class: `held ${type}`, at: { src: from, alt: words, loading: 'lazy' } });
  if (media && type === 'video')
    return h('video', {
      class: 'held',
      at: { src: from, controls: true, preload: 'none', 'aria-label': words },
    });
  if (media && (type === 'ptt' || type === 'audio'))
    return h('audio', {
      class: 'held',
      at: { src: from, controls: true, preload: 'none', 'aria-label': words },
    });
  if (media) {
    const name = media.filename ?? words;
    return h('a', { class: 'held document', at: { href: from, download: name } }, name);
  }
  const lines = linesOf(type, fields);
  return lines.length
    ? h('span', { class: 'held lines' }, ...lines.map((line) => h('span', {}, line)))
    : undefined;
}

function linesOf(type: string, fields: Fields): string[] {
  const words = text.kinds[type] ?? '';
  switch (type) {
    case 'location':
    case 'live_location':
      return [words, ...(fields.loc?.split('\n') ?? []), `${fields.lat}, ${fields.lng}`];
    case 'vcard':
      return [words, fields.vcardFormattedName ?? ''];
    case 'multi_vcard':
      return [words, ...(fields.vcardList ?? []).map((card) => card.displayName)];
    case 'poll_creation':
      return [
        `${words}: ${fields.pollName ?? ''}`,
        ...(fields.pollOptions ?? []).map(({ name }) => `○ ${name}`),
      ];
    case 'groups_v4_invite':
      return [`${words}: ${fields.inviteGrpName ?? ''}`, fields.comment ?? ''];
    case 'chat':
      return fields.title ? [fields.title, fields.description ?? ''] : [];
    default:
      return [words || `[${type}]`];
  }
}
