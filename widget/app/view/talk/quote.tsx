import type { JSX } from 'preact';
import type { Quoted } from '../../../../server/contract/wire.ts';
import type { Entry } from '../../model/entry.ts';
import type { Model } from '../../model/model.ts';
import { t } from '../../text/text.ts';
import { typeName } from '../type-name.ts';
import { plainLine } from '../format.ts';
import { Icon, typeIcon } from '../icon.tsx';
import { useRoom } from '../shell.ts';

export function quotedName(model: Model, chatId: number, quoted: Quoted): string {
  return quoted.fromMe ? t('you') : quoted.name || (model.findChat(chatId)?.name ?? '') || t('unknownPerson');
}

/** The words of a quoted Message, with the drawing of its kind. */
export function QuotedLine({ quoted }: { quoted: Quoted }): JSX.Element {
  const icon = quoted.revoked ? 'ban' : typeIcon(quoted.type);
  return (
    <span class="quote-line">
      {icon && <Icon name={icon} size={15} />}
      <span class="ellipsis" dir="auto">
        {quotedText(quoted)}
      </span>
    </span>
  );
}

function quotedText(quoted: Quoted): string {
  return quoted.revoked ? t('revoked') : plainLine(quoted.body) || typeName(quoted.type) || '…';
}

/** What a Message answers; a click goes there. */
export function Quote({ entry }: { entry: Entry }): JSX.Element | null {
  const { model } = useRoom();
  const { quoted } = entry;
  if (!quoted || entry.revokedAt !== null) return null;
  const name = quotedName(model, entry.chatId, quoted);
  const known = quoted.id ?? model.timeline(entry.chatId).find(quoted.messageId)?.id ?? null;
  const inside = (
    <>
      <b dir="auto">{name}</b>
      <QuotedLine quoted={quoted} />
    </>
  );
  if (known === null) return <blockquote class="quote">{inside}</blockquote>;
  return (
    <button
      type="button"
      class="quote"
      title={t('quoteJump', { name, text: quotedText(quoted) })}
      onClick={() => (model.talk.goal.value = { chatId: entry.chatId, messageId: known })}
    >
      <span class="unseen">{t('reply')}</span>
      {inside}
    </button>
  );
}
