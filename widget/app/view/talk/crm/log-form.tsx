import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Crm, CrmRecord } from '../../../model/crm.ts';
import { longestNote, longestTitle, mostMinutes, type LogDraft } from '../../../model/crm-log.ts';
import { t } from '../../../text/text.ts';
import { Spinner } from '../../parts.tsx';
import { entityName } from './entity-name.ts';

/** A call or a task to be written down with a record. What is typed stays until the CRM has it, whatever happens. */
export function LogForm(props: {
  crm: Crm;
  record: CrmRecord;
  draft: LogDraft;
  /** With every letter. */
  onKeep: (draft: LogDraft) => void;
  onWritten: (written: CrmRecord | null, draft: LogDraft) => void;
  onCancel: () => void;
}): JSX.Element {
  const { crm, record } = props;
  const form = useRef<HTMLFormElement>(null);
  const draft = useSignal(props.draft);
  const isWriting = useSignal(false);
  const trouble = useSignal('');
  const { kind, title, note, isHeld, direction, minutes, due } = draft.value;
  useLayoutEffect(() => form.current?.querySelector<HTMLElement>('input, select')?.focus(), []);
  const change = (next: Partial<LogDraft>): void => {
    draft.value = { ...draft.value, ...next };
    props.onKeep(draft.value);
  };
  const write = async (): Promise<void> => {
    if (isWriting.value) return;
    trouble.value = title.trim() ? '' : t('crmLogNoTitle');
    if (trouble.value) return void form.current?.querySelector('input')?.focus();
    isWriting.value = true;
    const asked = draft.value;
    try {
      const answer = await crm.log(record, asked);
      if ('record' in answer) return props.onWritten(answer.record, asked);
      const why = answer.why ? ` ${t('crmLogRefusedWhy', { why: answer.why })}` : '';
      trouble.value = t(`crmLogRefused_${answer.refused}` as 'crmLogRefused_invalid') + why;
    } catch {
      trouble.value = t('crmLogNoAnswer');
    }
    isWriting.value = false;
  };
  return (
    <form
      ref={form}
      class="crm-log"
      noValidate
      aria-label={`${t(kind === 'call' ? 'crmLogCall' : 'crmLogTask')}: ${record.name || entityName(record.entityType)}`}
      onSubmit={(event) => {
        event.preventDefault();
        void write();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.isComposing) {
          // The card stays, and says what came of it.
          event.preventDefault();
          event.stopPropagation();
          if (!isWriting.value) props.onCancel();
        } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void write();
      }}
    >
      {kind === 'task' ? (
        <>
          <label class="field">
            <span>{t('crmLogTitle')}</span>
            <input
              type="text"
              dir="auto"
              required
              maxLength={longestTitle}
              value={title}
              onInput={(event) => change({ title: event.currentTarget.value })}
            />
          </label>
          <label class="field">
            <span>{t('crmLogDue')}</span>
            <input type="date" value={due} onInput={(event) => change({ due: event.currentTarget.value })} />
          </label>
        </>
      ) : (
        <div class="crm-log-call">
          <label class="field">
            <span>{t('crmLogOutcome')}</span>
            <select
              value={isHeld ? 'held' : 'not'}
              onChange={(event) => change({ isHeld: event.currentTarget.value === 'held' })}
            >
              <option value="held">{t('crmLogHeld')}</option>
              <option value="not">{t('crmLogNotHeld')}</option>
            </select>
          </label>
          <label class="field">
            <span>{t('crmLogDirection')}</span>
            <select
              value={direction}
              onChange={(event) => change({ direction: event.currentTarget.value === 'in' ? 'in' : 'out' })}
            >
              <option value="out">{t('crmLogOut')}</option>
              <option value="in">{t('crmLogIn')}</option>
            </select>
          </label>
          {isHeld && (
            <label class="field">
              <span>{t('crmLogMinutes')}</span>
              <input
                type="number"
                inputMode="numeric"
                min={1}
                max={mostMinutes}
                value={minutes || ''}
                onInput={(event) => change({ minutes: Number(event.currentTarget.value) || 0 })}
              />
            </label>
          )}
        </div>
      )}
      <label class="field">
        <span>{t('crmLogNote')}</span>
        <textarea
          dir="auto"
          rows={3}
          maxLength={longestNote}
          value={note}
          onInput={(event) => change({ note: event.currentTarget.value })}
        />
      </label>
      {trouble.value && (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
      <div class="row-end">
        <button type="button" class="plain" onClick={props.onCancel}>
          {t('cancel')}
        </button>
        <button type="submit" class="primary" aria-disabled={isWriting.value}>
          {isWriting.value && <Spinner size={18} />} {t('crmLogSave')}
        </button>
      </div>
    </form>
  );
}
