import type { CrmBridge, PageContext } from '../loader/seam.ts';

type Asked = Pick<PageContext, 'entityType' | 'id'>;

/** The number of a record: of the one on the page, or as the CRM says it. Undefined: nobody knows one. */
export async function phoneOf(
  asked: Asked,
  onPage: PageContext | null,
  crm: CrmBridge | 'espo' | undefined,
): Promise<string | undefined> {
  if (onPage?.entityType === asked.entityType && onPage.id === asked.id && onPage.phones?.[0])
    return onPage.phones[0];
  const bridge = crm === 'espo' ? (await import('./espo-crm.ts')).espoBridge() : crm;
  try {
    const record = (await bridge?.read?.(asked)) as { phones?: unknown } | undefined;
    const [phone] = Array.isArray(record?.phones) ? (record.phones as unknown[]) : [];
    return typeof phone === 'string' ? phone : undefined;
  } catch {
    // A record that is not there, or not for this user.
    return undefined;
  }
}
