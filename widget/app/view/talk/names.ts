import type { Entry } from '../../model/entry.ts';
import type { Model } from '../../model/model.ts';
import { locale, t } from '../../text/text.ts';
import { phoneText } from '../phone-text.ts';

/** Who wrote it in a group; '' elsewhere. */
export function senderName(entry: Entry): string {
  if (!entry.sender) return '';
  return entry.sender.name || (entry.sender.phone ? phoneText(entry.sender.phone) : t('unknownPerson'));
}

/** Who wrote it, as an answer or a list names them. */
export function writerName(model: Model, entry: Entry): string {
  return entry.fromMe
    ? t('you')
    : senderName(entry) || (model.findChat(entry.chatId)?.name ?? '') || t('unknownPerson');
}

/** The person behind an Address of WhatsApp: a known name, else the number, else nobody in particular. */
export function addressName(model: Model, address: string): string {
  const [user = '', server] = address.split('@');
  if (server === 'lid') return t('sysSomebody');
  if (!/^\d{5,20}$/.test(user)) return address.includes('@') ? t('sysSomebody') : address;
  const desk = model.desk.value;
  if (desk?.session.value?.me?.phone === user) return t('you');
  const known = desk?.contacts.rows.values().find((one) => one.phone === user);
  if (known?.name || known?.pushName) return known.name || known.pushName;
  const chat = model.chat.value;
  const spoke = chat && model.timeline(chat.id).list.value.find((row) => row.sender?.phone === user);
  return spoke?.sender?.name || phoneText(user);
}

/** "Anna, Ivo and Marta". */
export function listText(names: readonly string[]): string {
  return new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(names);
}
