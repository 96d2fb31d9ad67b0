import type { JSX, RefObject } from 'preact';
import { t } from '../../text/text.ts';
import { toQuoted } from '../../model/entry.ts';
import type { Model } from '../../model/model.ts';
import { Icon } from '../icon.tsx';
import { IconButton } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { begin } from './begin.ts';
import { canActOn } from './can.ts';
import { EmojiCodes } from './emoji-codes.tsx';
import { FormatBar } from './format-bar.tsx';
import { LinkOfferDoor } from './link-offer-door.tsx';
import { CannedReplies } from './work/canned.tsx';
import { Mentions } from './mentions.tsx';
import { QuotedLine } from './quote.tsx';
import { writerName } from './names.ts';

/** What stands above the text being written: the answer to what, the change of what, the members of that name. */
export function ComposerTop(props: {
  chatId: number;
  field: RefObject<HTMLTextAreaElement | null>;
}): JSX.Element {
  const { model } = useRoom();
  const beside = model.talk.beside.value.get(props.chatId);
  const chat = model.findChat(props.chatId);
  const quoted = beside && toQuoted(beside.entry);
  const isEdit = beside?.what === 'edit';
  return (
    <>
      {chat?.kind === 'group' && <Mentions chatId={props.chatId} field={props.field} />}
      <EmojiCodes chatId={props.chatId} field={props.field} />
      <FormatBar field={props.field} />
      {chat && <CannedReplies chat={chat} field={props.field} />}
      <LinkOfferDoor chatId={props.chatId} field={props.field} />
      {beside && quoted && (
        <div class="beside">
          <Icon name={isEdit ? 'pen' : 'reply'} flip={!isEdit} />
          <div class="quote">
            <b dir="auto">
              {isEdit ? t('editing') : t('replyTo', { name: writerName(model, beside.entry) })}
            </b>
            <QuotedLine quoted={quoted} />
          </div>
          <IconButton
            icon="close"
            label={t(isEdit ? 'editCancel' : 'replyCancel')}
            onClick={() => {
              model.talk.leaveBeside(props.chatId);
              props.field.current?.focus();
            }}
          />
        </div>
      )}
    </>
  );
}

/** Arrow up in an empty composer: the last own text is changed, where it still can be. */
export function editLast(model: Model, chatId: number): boolean {
  const last = model.entries(chatId).findLast((entry) => entry.fromMe && !entry.note);
  if (!last || !canActOn(model, last).edit) return false;
  begin(model, last, 'edit');
  return true;
}
