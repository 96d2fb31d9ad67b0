import type { JSX } from 'preact';
import type { Crm, CrmRecord } from '../../../model/crm.ts';
import { Icon } from '../../icon.tsx';

/** Goes to a record, by the page or by its address; nothing where neither is known. */
export function OpenRecord(props: { crm: Crm; record: CrmRecord; text: string }): JSX.Element | null {
  const { crm, record, text } = props;
  const { open } = crm.bridge.value;
  const address = crm.addressOf(record);
  const inside = (
    <>
      <Icon name="next" size={18} flip /> {text}
    </>
  );
  if (open)
    return (
      <button type="button" class="plain" onClick={() => open(record)}>
        {inside}
      </button>
    );
  const isOutside = /^https?:/i.test(address ?? '');
  return address ? (
    <a class="plain" href={address} {...(isOutside ? { target: '_blank', rel: 'noopener' } : {})}>
      {inside}
    </a>
  ) : null;
}
