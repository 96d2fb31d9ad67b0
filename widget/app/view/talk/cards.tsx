import type { JSX } from 'preact';
import type { MessageContent } from '../../../../server/contract/content.ts';
import { locale, t } from '../../text/text.ts';
import { phoneText } from '../phone-text.ts';
import { Icon } from '../icon.tsx';
import { Avatar } from '../parts.tsx';
import { useRoom } from '../shell.ts';

type Part<Key extends keyof MessageContent> = NonNullable<MessageContent[Key]>;
/** Cards shown of one Message; an address book is not a conversation. */
const mostCards = 5;

/** A place, as words and a link; no map is loaded from anybody. */
export function Location({ place }: { place: Part<'location'> }): JSX.Element {
  const { latitude, longitude } = place;
  const point = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return (
    <div class="location">
      <span class="map-sketch" aria-hidden="true">
        <svg viewBox="0 0 240 88" preserveAspectRatio="xMidYMid slice">
          <path d="M-10 70C50 52 70 84 130 60S220 30 260 44M40 -10L96 100M150 -10L190 100M-10 24L250 6" />
        </svg>
        <Icon name="location" size={32} />
      </span>
      <span class="location-main">
        <b dir="auto">{place.name || t(place.live ? 'liveLocation' : 'type_location')}</b>
        {place.address && <small dir="auto">{place.address}</small>}
        {!place.address && <small dir="ltr">{point}</small>}
      </span>
      <a class="card-action" href={map} target="_blank" rel="noopener noreferrer">
        {t('openMap')}
      </a>
    </div>
  );
}

export function Cards({ cards }: { cards: Part<'cards'> }): JSX.Element {
  const { model } = useRoom();
  const more = cards.length - mostCards;
  return (
    <div class="cards">
      {cards.slice(0, mostCards).map((card, index) => (
        <div key={index} class="card">
          <Avatar id={Array.from(card.name).length} name={card.name} small />
          <span class="card-main">
            <b dir="auto">{card.name || t('type_contact-card')}</b>
            {card.phones.map((phone) => {
              const digits = phone.replace(/\D/g, '');
              return (
                <span key={phone} class="card-phone">
                  <bdi dir="ltr">
                    {digits.length > 6 && /^\+|^\d+$/.test(phone) ? phoneText(digits) : phone}
                  </bdi>
                  <button type="button" class="link" onClick={() => void model.reach(phone)}>
                    {t('startChatWith')} <span class="unseen">{phone}</span>
                  </button>
                </span>
              );
            })}
          </span>
        </div>
      ))}
      {more > 0 && <small>{t('moreContacts', { n: more })}</small>}
    </div>
  );
}

/** What WhatsApp knew of a link when it was sent; only words, nothing is fetched. */
export function LinkCard({ link }: { link: Part<'link'> }): JSX.Element | null {
  // Of one on its way it is as it was written, perhaps without its beginning.
  const url = URL.parse(link.url) ?? URL.parse(`https://${link.url}`);
  if (!url || !/^https?:$/.test(url.protocol) || (!link.title && !link.description)) return null;
  return (
    <a class="link-card" href={url.href} target="_blank" rel="noopener noreferrer nofollow">
      {link.title && <b dir="auto">{link.title}</b>}
      {link.description && (
        <span class="link-text" dir="auto">
          {link.description}
        </span>
      )}
      <small dir="ltr">
        <Icon name="globe" size={13} /> {url.hostname.replace(/^www\./, '')}
      </small>
    </a>
  );
}

export function Call({ call }: { call: Part<'call'> }): JSX.Element {
  const name = call.missed
    ? t(call.video ? 'callMissedVideo' : 'callMissedVoice')
    : t(call.video ? 'callVideo' : 'callVoice');
  const minutes = call.seconds === undefined ? 0 : Math.max(1, Math.round(call.seconds / 60));
  const length =
    minutes && new Intl.NumberFormat(locale.value, { style: 'unit', unit: 'minute' }).format(minutes);
  return (
    <span class={`placeholder${call.missed ? ' missed' : ''}`}>
      <span class="placeholder-icon">
        <Icon name={call.video ? 'video' : 'call'} size={20} />
      </span>
      <span>
        <b>{name}</b>
        {length ? <small>{length}</small> : null}
      </span>
    </span>
  );
}
