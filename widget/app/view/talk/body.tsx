import type { JSX } from 'preact';
import type { Entry } from '../../model/entry.ts';
import { t } from '../../text/text.ts';
import { typeName } from '../type-name.ts';
import { Icon, typeIcon, type IconName } from '../icon.tsx';
import { RichText } from '../rich-text.tsx';
import { Call, Cards, LinkCard, Location } from './cards.tsx';
import { Document } from './document.tsx';
import { Invitation } from './invitation.tsx';
import { Picture, Sticker } from './picture.tsx';
import { Poll } from './poll.tsx';
import { Voice } from './voice.tsx';

/** What a Message says, whatever its kind. */
export function Body({ entry }: { entry: Entry }): JSX.Element {
  const { content, type } = entry;
  if (entry.revokedAt !== null) {
    return (
      <span class="text faded with-icon">
        <Icon name="ban" size={16} /> {t('revoked')}
      </span>
    );
  }
  if (content?.viewOnce) return <Placeholder icon="once" title={t('viewOnce')} lead={t('viewOnceLead')} />;
  if (type === 'waiting') return <Placeholder icon="wait" title={typeName(type)} lead={t('waitingLead')} />;
  const part = entry.media ? file(entry) : card(entry);
  // Its text is what the list of chats shows of it: here the card says it better.
  if (part && !entry.media && type !== 'text') return part;
  const text = entry.body && <RichText text={entry.body} mentions={entry.mentions} />;
  if (type === 'text') {
    return (
      <>
        {content?.link && isStanding(entry, content.link.url) && <LinkCard link={content.link} />}
        {text}
      </>
    );
  }
  return (
    <>
      {part ?? (
        <Placeholder
          icon={typeIcon(type) ?? 'phone'}
          title={typeName(type)}
          lead={t(type === 'unknown' ? 'unknownLead' : 'openOnPhone')}
        />
      )}
      {text}
    </>
  );
}

/** A preview is of the text as it was first: ours goes without one when it is changed, another's with the link it is of. */
function isStanding({ editedAt, fromMe, body }: Entry, url: string): boolean {
  return (
    editedAt === null || (!fromMe && body.includes(URL.parse(url)?.hostname.replace(/^www\./, '') ?? url))
  );
}

/** Whether the bubble is nothing but a picture: its time then lies on it. */
export function isBare({ type, media, body, content, revokedAt }: Entry): boolean {
  return (
    (type === 'image' || type === 'video') &&
    media !== null &&
    !body &&
    !content?.viewOnce &&
    revokedAt === null
  );
}

function file(entry: Entry): JSX.Element | undefined {
  switch (entry.type) {
    case 'image':
    case 'video':
      return <Picture entry={entry} />;
    case 'sticker':
      return <Sticker entry={entry} />;
    case 'voice':
    case 'audio':
      return <Voice entry={entry} />;
    case 'document':
      return <Document entry={entry} />;
    default:
      return undefined;
  }
}

function card(entry: Entry): JSX.Element | undefined {
  const { type, content } = entry;
  if (type === 'location' && content?.location) return <Location place={content.location} />;
  if (type === 'contact-card' && content?.cards?.length) return <Cards cards={content.cards} />;
  if (type === 'poll' && content?.poll) return <Poll entry={entry} poll={content.poll} />;
  if (type === 'invitation' && content?.invitation)
    return <Invitation entry={entry} to={content.invitation} />;
  if (type === 'call' && content?.call) return <Call call={content.call} />;
  return undefined;
}

function Placeholder({ icon, title, lead }: { icon: IconName; title: string; lead: string }): JSX.Element {
  return (
    <span class="placeholder">
      <span class="placeholder-icon">
        <Icon name={icon} size={20} />
      </span>
      <span>
        <b>{title}</b>
        <small>{lead}</small>
      </span>
    </span>
  );
}
