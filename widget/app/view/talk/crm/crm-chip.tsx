import type { JSX } from 'preact';
import type { Chat } from '../../../../../server/contract/wire.ts';
import { t } from '../../../text/text.ts';
import { Icon } from '../../icon.tsx';
import { Spinner } from '../../parts.tsx';
import { useRoom } from '../../shell.ts';
import { sheet } from '../menu-door.ts';
import { entityName } from './entity-name.ts';
import { selectedWords } from './selected-words.ts';

/** Under the name of a Chat: who this is in the CRM; opens the card. */
export function CrmChip({ chat }: { chat: Chat }): JSX.Element | null {
  const crm = useRoom().model.crm.room.value;
  if (!crm?.isThere.value || chat.kind !== 'person' || !chat.phone) return null;
  const { state, records } = crm.match(chat);
  const [record] = records;
  const text =
    records.length === 1
      ? entityName(record!.entityType)
      : records.length
        ? t('crmSeveral', { n: records.length })
        : t(state === 'failed' ? 'crmFailed' : 'crmNone');
  return (
    <button
      type="button"
      class={`crm-chip${records.length ? '' : ' none'}`}
      aria-haspopup="dialog"
      title={records.length === 1 ? record!.name : undefined}
      aria-label={t('crmChip', { what: records.length === 1 ? `${text} ${record!.name}` : text })}
      onClick={({ currentTarget }) => (sheet.value = { what: 'crm', words: selectedWords(currentTarget) })}
    >
      {state === 'asking' && !records.length ? <Spinner size={14} /> : <Icon name="card" size={16} />}
      <span class="ellipsis" dir="auto">
        {text}
      </span>
    </button>
  );
}
