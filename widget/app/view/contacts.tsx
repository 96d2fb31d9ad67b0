import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Contact } from '../../../server/contract/wire.ts';
import { nameOf } from '../model/contact-list.ts';
import { numberChecks, type NumberChecks } from '../model/number-checks.ts';
import type { CrmRecord } from '../model/crm.ts';
import { isSameNumber } from '../model/same-number.ts';
import type { Desk } from '../model/desk.ts';
import { t } from '../text/text.ts';
import { Waiting } from './waiting.tsx';
import { phoneText } from './phone-text.ts';
import { Icon, type IconName } from './icon.tsx';
import { Listbox } from './listbox.tsx';
import { Avatar, Notice } from './parts.tsx';
import { SearchField } from './search-field.tsx';
import { useRoom } from './shell.ts';
import { entityName } from './talk/crm/entity-name.ts';
import { LetterIndex, letterOf } from './talk/people/letter-index.tsx';
import { StartByNumber } from './talk/people/start-by-number.tsx';

/** From so many people on, letters help. */
const lettersFrom = 20;

/** Everybody there is to write to: those of WhatsApp, those of the CRM while one searches, and any number. */
export function Contacts({ desk }: { desk: Desk }): JSX.Element {
  const { model } = useRoom();
  const { contacts } = desk;
  const scroller = useRef<HTMLDivElement>(null);
  const goTo = useRef<((index: number) => void) | null>(null);
  const rows = contacts.list.value;
  const state = contacts.state.value;
  const search = contacts.search.value;
  useSignalEffect(() => {
    if (contacts.state.value !== 'idle') return undefined;
    const timer = setTimeout(() => void contacts.more(), contacts.search.value ? 200 : 0);
    return () => clearTimeout(timer);
  });
  const canCheck = desk.session.value?.capabilities.findNumbers === true;
  const checks = useMemo(() => numberChecks(model.http, desk.id, canCheck), [desk.id, canCheck]);
  useEffect(() => () => checks.close(), [checks]);
  const letters = useMemo(() => lettersIn(rows), [rows]);
  const fromCrm = useCrmPeople(search).filter(
    (one) => !rows.some((row) => row.phone && one.phones.some((phone) => isSameNumber(phone, row.phone!))),
  );
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
        isReady
        onInput={(value) => (contacts.search.value = value)}
        onDown={() => scroller.current?.focus()}
      />
      {fromCrm.length > 0 && <CrmPeople records={fromCrm} />}
      {rows.length ? (
        <div class="people-list">
          <Listbox<Contact>
            label={t('contacts')}
            rows={rows}
            rowHeight={60}
            keyOf={(contact) => contact.id}
            nameOf={nameOf}
            isBusy={state === 'loading'}
            scroller={scroller}
            goTo={goTo}
            onChoose={choose}
            onNearEnd={() => state !== 'failed' && void contacts.more()}
            render={(contact) => <ContactRow contact={contact} checks={checks} />}
          />
          {rows.length >= lettersFrom && letters.length > 2 && (
            <LetterIndex letters={letters} onPick={(at) => goTo.current?.(at)} />
          )}
        </div>
      ) : state === 'failed' ? (
        <Notice icon="alert" title={t('contactsFailed')} isAlert>
          <button type="button" class="primary" onClick={() => void contacts.more()}>
            {t('retry')}
          </button>
        </Notice>
      ) : state !== 'ready' ? (
        <Waiting />
      ) : fromCrm.length ? null : search ? (
        <Notice icon="search" title={t('searchNoneTitle')} lead={t('searchNoneLead', { search })} />
      ) : (
        <Notice icon="people" title={t('contactsEmptyTitle')} lead={t('contactsEmptyLead')} />
      )}
    </>
  );
}

/** Where each letter begins. */
function lettersIn(rows: readonly Contact[]): { letter: string; at: number }[] {
  const letters = new Map<string, number>();
  rows.forEach((row, at) => {
    const letter = letterOf(nameOf(row));
    if (!letters.has(letter)) letters.set(letter, at);
  });
  return Array.from(letters, ([letter, at]) => ({ letter, at }));
}

function ContactRow({ contact, checks }: { contact: Contact; checks: NumberChecks }): JSX.Element {
  const { crm } = useRoom().model;
  const inCrm = contact.phone ? crm.known({ phone: contact.phone, kind: 'person' }) : undefined;
  const name =
    contact.name || contact.pushName || (contact.phone ? phoneText(contact.phone) : t('unknownPerson'));
  const isNamed = Boolean(contact.name || contact.pushName);
  return (
    <>
      <Avatar id={contact.chatId ?? contact.id} name={isNamed ? name : ''} picture={contact.picture} />
      <div class="chat-row-main">
        <div class="line">
          <span class="name ellipsis">
            <bdi>{contact.name ? name : isNamed ? `~${name}` : name}</bdi>
          </span>
          {contact.blocked && <Source icon="ban" name={t('blocked')} />}
          {contact.isBusiness && <span class="tag">{t('business')}</span>}
          {inCrm ? (
            <Source icon="card" name={t('sourceCrm', { what: entityName(inCrm.entityType) })} />
          ) : contact.name ? (
            <Source icon="phone" name={t('sourcePhone')} />
          ) : (
            <Source icon="bubble" name={t('sourceWhatsApp')} />
          )}
          {contact.chatId === null && contact.phone && <OnWhatsApp contact={contact} checks={checks} />}
        </div>
        {isNamed && (
          <div class="line">
            <span class="preview ellipsis">
              <bdi dir="ltr">{contact.phone ? phoneText(contact.phone) : t('unknownPerson')}</bdi>
            </span>
          </div>
        )}
      </div>
    </>
  );
}

/** Of people without a Chat: whether one can write to them. Asked while they are on the screen. */
function OnWhatsApp({ contact, checks }: { contact: Contact; checks: NumberChecks }): JSX.Element | null {
  useEffect(() => checks.show(contact.id), [contact.id]);
  const isThere = checks.of(contact.id).value;
  if (isThere === undefined) return null;
  if (!isThere) return <span class="tag">{t('notOnWhatsApp')}</span>;
  return <Source icon="check" name={t('onWhatsApp')} />;
}

/** Where a name comes from. */
function Source({ icon, name }: { icon: IconName; name: string }): JSX.Element {
  return (
    <span class="state-icon source" role="img" aria-label={name} title={name}>
      <Icon name={icon} size={15} />
    </span>
  );
}

/** What the CRM finds by name, with a number to write to. */
function useCrmPeople(search: string): readonly CrmRecord[] {
  const crm = useRoom().model.crm.room.value;
  const found = useSignal<readonly CrmRecord[]>([]);
  const canAsk = Boolean(crm?.bridge.value.find);
  useEffect(() => {
    const text = search.trim();
    if (!crm || !canAsk || text.length < 2) return void (found.value = []);
    let isOver = false;
    const timer = setTimeout(async () => {
      const records = await crm.search(text).catch(() => []);
      if (!isOver) found.value = records.filter((one) => one.phones.length).slice(0, 5);
    }, 250);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [search, canAsk]);
  return found.value;
}

function CrmPeople({ records }: { records: readonly CrmRecord[] }): JSX.Element {
  const { model } = useRoom();
  return (
    <section class="crm-people">
      <h3>{t('crmTitle')}</h3>
      {records.map((record) => (
        <button
          key={`${record.entityType}/${record.id}`}
          type="button"
          class="chat-row"
          onClick={() => void model.reach(record.phones[0]!)}
        >
          <Avatar id={record.name.length} name={record.name} small />
          <span class="chat-row-main">
            <span class="line">
              <b class="name ellipsis" dir="auto">
                {record.name}
              </b>
              <small class="quiet">{entityName(record.entityType)}</small>
            </span>
            <small class="quiet" dir="ltr">
              {record.phones[0]}
            </small>
          </span>
        </button>
      ))}
    </section>
  );
}
