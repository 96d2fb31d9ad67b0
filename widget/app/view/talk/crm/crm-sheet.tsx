import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Chat } from '../../../../../server/contract/wire.ts';
import type { Crm, CrmRecord } from '../../../model/crm.ts';
import { t } from '../../../text/text.ts';
import { chatName } from '../../chat-row.tsx';
import { phoneText } from '../../phone-text.ts';
import { copyText } from '../../clipboard.ts';
import { Icon } from '../../icon.tsx';
import { Avatar, IconButton, Spinner } from '../../parts.tsx';
import { Portrait } from '../../portrait.tsx';
import { useRoom } from '../../shell.ts';
import { Sheet } from '../sheet.tsx';
import css from '../../css/crm-log.css?inline';
import { entityName } from './entity-name.ts';
import { LogActs } from './log-acts.tsx';
import { OpenRecord } from './open-record.tsx';

export { css };

/** ms of quiet before the CRM is asked. */
const typingPause = 250;

/** Whoever opens the card has seen what stands for it, and that comes from there. */
const useCrm = (): Crm => useRoom().model.crm.room.value!;

/** Who the person of a Chat is in the CRM: their record, or which of several, or a new one. */
export function CrmSheet(props: {
  chat: Chat;
  /** What was selected in the Chat. */
  words?: string | undefined;
  onClose: () => void;
}): JSX.Element {
  const { chat, words, onClose } = props;
  const { shell } = useRoom();
  const crm = useCrm();
  const phone = chat.phone ?? '';
  const { state, records, isLinked } = crm.match(chat);
  const isPicking = useSignal(false);
  const onPage = crm.record.value;
  const isRefused = useSignal(false);
  /** What the server or the CRM did not take is said, and can be tried again. */
  const attempt = async (work: Promise<void>): Promise<void> => {
    isRefused.value = false;
    await work.catch(() => (isRefused.value = true));
  };
  const link = (record: CrmRecord): void => {
    isPicking.value = false;
    void attempt(crm.link(chat, record).then(() => shell.announce(t('crmLinked'))));
  };
  return (
    <Sheet title={t('crmTitle')} onClose={onClose}>
      <div class="crm-head">
        <Portrait chat={chat} name={chat.name} />
        <span class="grow">
          <b class="ellipsis" dir="auto">
            {chatName(chat)}
          </b>
          <small dir="ltr">{phoneText(phone)}</small>
        </span>
        <IconButton
          icon="copy"
          label={t('copyNumber')}
          onClick={() => void copyText(`+${phone}`).then(() => shell.announce(t('copied')))}
        />
      </div>
      {state === 'asking' && !records.length && (
        <p class="crm-state" role="status">
          <Spinner /> {t('crmAsking')}
        </p>
      )}
      {state === 'failed' && (
        <p class="trouble" role="alert">
          {t('crmFailedLead')}{' '}
          <button type="button" class="link" onClick={() => crm.retry(phone)}>
            {t('retry')}
          </button>
        </p>
      )}
      {isRefused.value && (
        <p class="trouble" role="alert">
          {t('crmFailedLead')}
        </p>
      )}
      {records.length > 1 && <p class="quiet crm-lead">{t('crmSeveralLead')}</p>}
      {records.map((record) => (
        <RecordCard
          key={`${record.entityType}/${record.id}`}
          record={record}
          // Of several it has to be chosen first whose it is.
          below={
            records.length === 1 && <LogActs crm={crm} chat={chat} record={record} words={words ?? ''} />
          }
        >
          {isLinked ? (
            <button type="button" class="link quiet" onClick={() => void attempt(crm.unlink(chat))}>
              {t('crmUnlink')}
            </button>
          ) : (
            records.length > 1 && (
              <button type="button" class="plain" onClick={() => link(record)}>
                {t('crmThisOne')}
              </button>
            )
          )}
        </RecordCard>
      ))}
      {state === 'ready' && !records.length && (
        <div class="crm-none">
          <Icon name="card" size={28} />
          <p>{t('crmNoneLead')}</p>
          {onPage && (
            <button type="button" class="plain crm-on-page" onClick={() => link(onPage)}>
              <Icon name="check" size={18} />
              <span class="ellipsis">
                {t('crmLinkPage', { name: onPage.name || entityName(onPage.entityType) })}
              </span>
            </button>
          )}
        </div>
      )}
      {isPicking.value ? (
        <Picker onPick={link} />
      ) : (
        <div class="crm-acts">
          {!records.length && <Create chat={chat} attempt={attempt} onDone={onClose} />}
          {crm.bridge.value.find && !isLinked && (
            <button type="button" class="plain" onClick={() => (isPicking.value = true)}>
              <Icon name="search" size={18} /> {t('crmPick')}
            </button>
          )}
        </div>
      )}
    </Sheet>
  );
}

function RecordCard(props: {
  record: CrmRecord;
  children: JSX.Element | false;
  below: JSX.Element | false;
}): JSX.Element {
  const crm = useCrm();
  const { record } = props;
  return (
    <section class="crm-record">
      <header>
        <Avatar id={record.id.length + record.name.length} name={record.name} small />
        <span class="grow">
          <b class="ellipsis" dir="auto">
            {record.name || entityName(record.entityType)}
          </b>
          <small>{entityName(record.entityType)}</small>
        </span>
      </header>
      {record.facts.length > 0 && (
        <dl class="facts">
          {record.facts.flatMap(({ label, value }) => [
            <dt key={`t${label}`}>{label}</dt>,
            <dd key={`d${label}`} dir="auto">
              {value}
            </dd>,
          ])}
        </dl>
      )}
      <div class="crm-record-acts">
        <OpenRecord crm={crm} record={record} text={t('crmOpen')} />
        {props.children}
      </div>
      {props.below}
    </section>
  );
}

/** The CRM's own form, filled in by the page; where the page cannot, EspoCRM's empty one. */
function Create(props: {
  chat: Chat;
  attempt: (work: Promise<void>) => Promise<void>;
  onDone: () => void;
}): JSX.Element | null {
  const { chat, attempt, onDone } = props;
  const crm = useCrm();
  const { create } = crm.bridge.value;
  if (!create && crm.kind.value !== 'espo') return null;
  return (
    <>
      {['Contact', 'Lead'].map((entityType) =>
        create ? (
          <button
            key={entityType}
            type="button"
            class="plain"
            onClick={() => void attempt(crm.create(chat, entityType))}
          >
            <Icon name="plus" size={18} /> {t(`crmCreate_${entityType}` as 'crmCreate_Contact')}
          </button>
        ) : (
          <a key={entityType} class="plain" href={`#${entityType}/create`} onClick={onDone}>
            <Icon name="plus" size={18} /> {t(`crmCreate_${entityType}` as 'crmCreate_Contact')}
          </a>
        ),
      )}
    </>
  );
}

function Picker({ onPick }: { onPick: (record: CrmRecord) => void }): JSX.Element {
  const crm = useCrm();
  const text = useSignal('');
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const found = useSignal<readonly CrmRecord[] | 'asking' | 'failed' | null>(null);
  useEffect(() => {
    const asked = text.value.trim();
    if (asked.length < 2) return void (found.value = null);
    let isOver = false;
    const timer = setTimeout(async () => {
      found.value = 'asking';
      const answer = await crm.search(asked).catch(() => 'failed' as const);
      if (!isOver) found.value = answer;
    }, typingPause);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [text.value]);
  const list = found.value;
  return (
    <div class="crm-picker">
      <input
        type="text"
        dir="auto"
        value={text.value}
        ref={field}
        aria-label={t('crmPick')}
        placeholder={t('crmPickHint')}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <div role="status" class="crm-found">
        {list === 'asking' && <Spinner />}
        {list === 'failed' && <p class="trouble">{t('crmFailedLead')}</p>}
        {Array.isArray(list) && !list.length && <p class="quiet">{t('searchNoneTitle')}</p>}
        {Array.isArray(list) &&
          list.map((record) => (
            <button
              key={`${record.entityType}/${record.id}`}
              type="button"
              class="choice-row"
              onClick={() => onPick(record)}
            >
              <Avatar id={record.id.length + record.name.length} name={record.name} small />
              <span class="grow ellipsis" dir="auto">
                {record.name}
              </span>
              <small class="quiet">{entityName(record.entityType)}</small>
            </button>
          ))}
      </div>
    </div>
  );
}
