/** A record of the CRM as the page around us tells of it. */
export interface CrmRecord {
  /** `Contact`, `Lead`, `Account`: whatever the CRM calls it. */
  entityType: string;
  id: string;
  name: string;
  phones: readonly string[];
  /** Where it is read; null: the page opens it, or nothing does. */
  url: string | null;
  /** What is worth seeing at a glance, at most {@link mostFacts}. */
  facts: readonly { label: string; value: string }[];
}

const mostFacts = 6;

export function isSame(a: CrmRecord, b: CrmRecord): boolean {
  return a.entityType === b.entityType && a.id === b.id;
}

export function toRecords(value: unknown): CrmRecord[] {
  return Array.isArray(value)
    ? value
        .map(toRecord)
        .filter((one) => one !== undefined)
        .slice(0, 20)
    : [];
}

/** A record out of what the page handed over; nothing where it is none. */
export function toRecord(value: unknown): CrmRecord | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const { entityType, id, name, phones, phone, url, facts } = value as Record<string, unknown>;
  if (typeof entityType !== 'string' || !/^\w{1,60}$/.test(entityType)) return undefined;
  if (typeof id !== 'string' && typeof id !== 'number') return undefined;
  const numbers = Array.isArray(phones) ? phones : [phone];
  return {
    entityType,
    id: `${id}`,
    name: typeof name === 'string' ? name : '',
    phones: numbers.filter((one): one is string => typeof one === 'string').slice(0, 20),
    url: typeof url === 'string' && isAddress(url) ? url : null,
    facts: toFacts(facts),
  };
}

function toFacts(value: unknown): CrmRecord['facts'] {
  if (!Array.isArray(value)) return [];
  return value
    .filter(
      (one): one is { label: string; value: string } =>
        typeof one?.label === 'string' && typeof one?.value === 'string',
    )
    .map(({ label, value }) => ({ label, value }))
    .slice(0, mostFacts);
}

/** Of this page, or a web page; never a script. */
function isAddress(url: string): boolean {
  return /^(#|\/(?!\/)|\?|https?:\/\/)/i.test(url);
}
