import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Chat } from '../../../../../server/contract/wire.ts';
import type { Crm, CrmRecord } from '../../../model/crm.ts';
import { titleOf, type LogDraft } from '../../../model/crm-log.ts';
import { t } from '../../../text/text.ts';
import { chatName } from '../../chat-row.tsx';
import { Icon } from '../../icon.tsx';
import { useRoom } from '../../shell.ts';
import { LogForm } from './log-form.tsx';
import { OpenRecord } from './open-record.tsx';

const usualMinutes = 5;
const kinds = ['call', 'task'] as const;

/** A call or a task for the record of a Chat's person; `words`: what was selected in the Chat when the card was opened. */
export function LogActs(props: {
  crm: Crm;
  chat: Chat;
  record: CrmRecord;
  words: string;
}): JSX.Element | null {
  const { crm, chat, record, words } = props;
  const { model, shell } = useRoom();
  const acts = useRef<HTMLDivElement>(null);
  const open = useSignal<LogDraft['kind'] | null>(null);
  const written = useSignal<{ record: CrmRecord | null; kind: LogDraft['kind']; title: string } | null>(null);
  if (!crm.bridge.value.log) return null;
  const begun = (kind: LogDraft['kind']): LogDraft => {
    const kept = crm.logDrafts.get(`${chat.id}/${kind}`);
    const name = record.name || chatName(chat);
    const usual = titleOf(t(`crmLogTitle_${kind}` as 'crmLogTitle_call', { name }));
    // A call's is no field: it may have been begun for another record.
    if (kept) return kind === 'call' ? { ...kept, title: usual } : kept;
    const said = words || lastWords();
    const about = kind === 'task' ? titleOf(said) : '';
    return {
      kind,
      title: about || usual,
      // What does not go into a title is not lost.
      note: kind === 'task' && said.trim() !== about ? said.trim() : '',
      isHeld: true,
      direction: 'out',
      minutes: usualMinutes,
      due: '',
    };
  };
  /** What they wrote last, in the part of the Chat that is here. */
  const lastWords = (): string =>
    model
      .timeline(chat.id)
      .list.peek()
      .findLast(({ fromMe, type, revokedAt }) => !fromMe && type === 'text' && revokedAt === null)?.body ??
    '';
  const close = (): void => {
    const kind = open.peek();
    open.value = null;
    acts.current?.querySelector<HTMLElement>(`[data-kind=${kind}]`)?.focus();
  };
  const done = written.value;
  return (
    <div ref={acts} class="crm-logs">
      <div class="crm-record-acts">
        {kinds.map((kind) => (
          <button
            key={kind}
            type="button"
            class="plain"
            data-kind={kind}
            aria-expanded={open.value === kind}
            onClick={() => {
              written.value = null;
              open.value = open.value === kind ? null : kind;
            }}
          >
            <Icon name={kind === 'call' ? 'call' : 'check'} size={18} />{' '}
            {t(kind === 'call' ? 'crmLogCall' : 'crmLogTask')}
          </button>
        ))}
      </div>
      {open.value && (
        <LogForm
          key={open.value}
          crm={crm}
          record={record}
          draft={begun(open.value)}
          onKeep={(draft) => crm.logDrafts.set(`${chat.id}/${draft.kind}`, draft)}
          onWritten={(made, { kind, title }) => {
            crm.logDrafts.delete(`${chat.id}/${kind}`);
            written.value = { record: made, kind, title };
            shell.announce(t(`crmLogDone_${kind}` as 'crmLogDone_call', { title }));
            if (open.peek() === kind) close();
          }}
          onCancel={close}
        />
      )}
      {done && (
        <div class="crm-written">
          <p>
            <Icon name="check" size={18} />{' '}
            {t(`crmLogDone_${done.kind}` as 'crmLogDone_call', { title: done.title })}
          </p>
          {done.record && (
            <OpenRecord
              crm={crm}
              record={done.record}
              text={t(`crmLogOpen_${done.kind}` as 'crmLogOpen_call')}
            />
          )}
        </div>
      )}
    </div>
  );
}
