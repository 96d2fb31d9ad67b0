import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Contact } from '../../../server/contract/wire.ts';
import { nameOf } from '../model/contact-list.ts';
import type { Desk } from '../model/desk.ts';
import { t, tCode } from '../text/text.ts';
import { Waiting } from './chat-list.tsx';
import { phoneText } from './chat-row.tsx';
import { Listbox } from './listbox.tsx';
import { Avatar, Notice, Spinner } from './parts.tsx';
import { SearchField } from './search-field.tsx';
import { useRoom } from './shell.ts';

export function Contacts({ desk }: { desk: Desk }): JSX.Element {
  const { model } = useRoom();
  const { contacts } = desk;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = contacts.list.value;
  const state = contacts.state.value;
  const search = contacts.search.value;
  useSignalEffect(() => {
    if (contacts.state.value !== 'idle') return undefined;
    const timer = setTimeout(() => void contacts.more(), contacts.search.value ? 200 : 0);
    return () => clearTimeout(timer);
  });
  const choose = (contact: Contact): void => {
    if (contact.chatId !== null && model.findChat(contact.chatId)) model.openChat(contact.chatId);
    else if (contact.phone) void model.reach(contact.phone);
    else if (contact.chatId !== null) model.openChat(contact.chatId);
  };
  return (
    <>
      <StartByNumber />
      <SearchField
        label={t('searchContacts')}
        value={search}
        onInput={(value) => (contacts.search.value = value)}
        onDown={() => scroller.current?.focus()}
      />
      {rows.length ? (
        <Listbox<Contact>
          label={t('contacts')}
          rows={rows}
          rowHeight={60}
          keyOf={(contact) => contact.id}
          nameOf={nameOf}
          isBusy={state === 'loading'}
          scroller={scroller}
          onChoose={choose}
          onNearEnd={() => state !== 'failed' && void contacts.more()}
          render={(contact) => <ContactRow contact={contact} />}
        />
      ) : state === 'failed' ? (
        <Notice icon="alert" title={t('contactsFailed')} isAlert>
          <button type="button" class="primary" onClick={() => void contacts.more()}>
            {t('retry')}
          </button>
        </Notice>
      ) : state !== 'ready' ? (
        <Waiting />
      ) : search ? (
        <Notice icon="search" title={t('searchNoneTitle')} lead={t('searchNoneLead', { search })} />
      ) : (
        <Notice icon="people" title={t('contactsEmptyTitle')} lead={t('contactsEmptyLead')} />
      )}
    </>
  );
}

function ContactRow({ contact }: { contact: Contact }): JSX.Element {
  const name =
    contact.name || contact.pushName || (contact.phone ? phoneText(contact.phone) : t('unknownPerson'));
  const isNamed = Boolean(contact.name || contact.pushName);
  return (
    <div class="chat-row">
      <Avatar id={contact.chatId ?? contact.id} name={isNamed ? name : ''} />
      <div class="chat-row-main">
        <div class="line">
          <span class="name ellipsis">
            <bdi>{contact.name ? name : isNamed ? `~${name}` : name}</bdi>
          </span>
          {contact.isBusiness && <span class="tag">{t('business')}</span>}
        </div>
        {isNamed && (
          <div class="line">
            <span class="preview ellipsis">
              <bdi dir="ltr">{contact.phone ? phoneText(contact.phone) : t('unknownPerson')}</bdi>
            </span>
          </div>
        )}
      </div>
    </div>
  );
}

/** Any spelling of a number; the server knows whether it is one and whether it is on WhatsApp. */
function StartByNumber(): JSX.Element {
  const { model } = useRoom();
  const wanted = model.wanted.value;
  const phone = useSignal(wanted?.phone ?? '');
  const trouble = useSignal(wanted ? tCode('problem_', wanted.trouble) : '');
  const isBusy = useSignal(false);
  useSignalEffect(() => {
    const asked = model.wanted.value;
    if (!asked) return;
    phone.value = asked.phone;
    trouble.value = tCode('problem_', asked.trouble);
    model.wanted.value = null;
  });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy.value) return;
    if (phone.value.replace(/\D/g, '').length < 6) {
      trouble.value = tCode('problem_', 'bad-phone-number');
      return;
    }
    isBusy.value = true;
    trouble.value = '';
    const failed = await model.startChat(phone.value.trim());
    isBusy.value = false;
    if (failed) trouble.value = tCode('problem_', failed);
  };
  return (
    <form class="start-chat" onSubmit={(event) => void submit(event)} noValidate>
      <label class="field">
        <span>{t('startTitle')}</span>
        <span class="with-action">
          <input
            type="tel"
            inputMode="tel"
            autoComplete="off"
            dir="ltr"
            placeholder={t('phoneHint')}
            value={phone.value}
            aria-invalid={trouble.value !== ''}
            aria-describedby="cd-start-trouble"
            onInput={(event) => {
              phone.value = event.currentTarget.value;
              trouble.value = '';
            }}
          />
          <button type="submit" class="primary" aria-disabled={isBusy.value}>
            {isBusy.value && <Spinner />}
            {t(isBusy.value ? 'startChecking' : 'startGo')}
          </button>
        </span>
      </label>
      <p class="trouble" id="cd-start-trouble" role="alert">
        {trouble.value}
      </p>
    </form>
  );
}
