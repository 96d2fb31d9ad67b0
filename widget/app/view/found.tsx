import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { MessageHit } from '../../../server/contract/search.ts';
import type { Contact } from '../../../server/contract/wire.ts';
import type { ListDesk } from '../model/all-desks.ts';
import { fullTime, shortTime } from '../text/dates.ts';
import { t } from '../text/text.ts';
import { chatName } from './chat-row.tsx';
import { phoneText } from './phone-text.ts';
import { Listbox } from './listbox.tsx';
import { Avatar } from './parts.tsx';
import { useRoom } from './shell.ts';

/** ms of quiet before the server is asked. */
const typingPause = 200;

/** People and Messages that answer to what is typed, below the Chats. */
export function Found({ desk }: { desk: ListDesk }): JSX.Element | null {
  const { model } = useRoom();
  const people = useRef<HTMLDivElement>(null);
  const messages = useRef<HTMLDivElement>(null);
  const { found } = desk;
  const text = desk.chats.search.value;
  useEffect(() => {
    const timer = setTimeout(() => void found.ask(text), text ? typingPause : 0);
    return () => clearTimeout(timer);
  }, [text]);
  const contacts = found.contacts.value.filter(
    (one) => !one.isMe && one.phone && (one.chatId === null || !desk.chats.rows.get(one.chatId)),
  );
  const hits = found.hits.value;
  if (!text.trim() || (!contacts.length && !hits.length)) return null;
  return (
    <>
      {contacts.length > 0 && (
        <section class="found people">
          <h3>{t('contacts')}</h3>
          <Listbox<Contact>
            label={t('contacts')}
            rows={contacts}
            rowHeight={60}
            keyOf={(one) => one.id}
            nameOf={(one) => one.name || one.pushName}
            isBusy={false}
            scroller={people}
            onChoose={(one) => one.phone && void model.reach(`+${one.phone}`)}
            onNearEnd={() => undefined}
            render={(one) => <PersonRow contact={one} />}
          />
        </section>
      )}
      {hits.length > 0 && (
        <section class="found">
          <h3>{t('foundMessages')}</h3>
          <Listbox<MessageHit>
            label={t('foundMessages')}
            rows={hits}
            rowHeight={72}
            keyOf={(hit) => hit.message.id}
            nameOf={(hit) => chatName(hit.chat)}
            isBusy={found.state.value === 'loading'}
            scroller={messages}
            onChoose={(hit) => model.openMessage(hit.chat, hit.message.id)}
            onNearEnd={() => void found.more()}
            render={(hit) => <HitRow hit={hit} />}
          />
        </section>
      )}
    </>
  );
}

function PersonRow({ contact }: { contact: Contact }): JSX.Element {
  const name = contact.name || contact.pushName;
  const phone = contact.phone ? phoneText(contact.phone) : '';
  return (
    <>
      <Avatar id={contact.id} name={name} picture={contact.picture} />
      <div class="chat-row-main">
        <span class="name ellipsis">
          <bdi>{name || phone}</bdi>
        </span>
        {name && (
          <span class="preview ellipsis">
            <bdi dir="ltr">{phone}</bdi>
          </span>
        )}
      </div>
    </>
  );
}

function HitRow({ hit }: { hit: MessageHit }): JSX.Element {
  const { message, chat } = hit;
  const who = message.fromMe ? t('you') : (message.sender?.name ?? '');
  return (
    <>
      <div class="chat-row-main">
        <div class="line">
          <span class="name ellipsis">
            <bdi>{chatName(chat)}</bdi>
          </span>
          <time class="time" title={fullTime(message.at)}>
            {shortTime(message.at)}
          </time>
        </div>
        <span class="preview snippet">
          {who && <span>{who}: </span>}
          <bdi>{marked(hit)}</bdi>
        </span>
      </div>
    </>
  );
}

/** The snippet with what was found in `<mark>`. */
function marked({ snippet, highlights }: MessageHit): (JSX.Element | string)[] {
  const parts: (JSX.Element | string)[] = [];
  let at = 0;
  for (const [from, to] of highlights) {
    parts.push(snippet.slice(at, from), <mark key={from}>{snippet.slice(from, to)}</mark>);
    at = to;
  }
  return [...parts, snippet.slice(at)];
}
