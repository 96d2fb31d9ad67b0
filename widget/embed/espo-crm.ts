import type { CrmBridge } from '../loader/seam.ts';
import { writeLog } from './espo-log.ts';
import { ask } from './espo-rest.ts';

/** Kinds of records that have numbers, with what is worth seeing of each beside a chat (names of Espo's attributes). */
const kinds: Readonly<Record<string, readonly string[]>> = {
  Contact: ['accountName', 'title', 'emailAddress'],
  Lead: ['status', 'accountName', 'emailAddress'],
  Account: ['industry', 'website', 'emailAddress'],
};
const most = 5;

interface Row extends Record<string, unknown> {
  id: string;
}

/**
 * EspoCRM's records through its own REST, from inside its page and with the login of whoever is at it: nothing is
 * installed there. What they may not see is not found.
 */
export function espoBridge(): CrmBridge {
  return {
    async find(asked) {
      const where =
        'phone' in asked
          ? { type: 'equals', attribute: 'phoneNumberNumeric', value: asked.phone.replace(/\D/g, '') }
          : { type: 'textFilter', value: asked.text };
      const found = await Promise.allSettled(
        Object.entries(kinds).map(async ([entityType, facts]) => {
          const search = { where: [where], maxSize: most, select: ['id', 'name', 'phoneNumber', ...facts] };
          const { list } = (await ask(
            `${entityType}?searchParams=${encodeURIComponent(JSON.stringify(search))}`,
          )) as { list?: Row[] };
          return (list ?? []).map((row) => toRecord(entityType, row));
        }),
      );
      // One kind may be closed to this user; all of them are when the login is over.
      if (found.every((one) => one.status === 'rejected')) throw new Error('EspoCRM does not answer');
      return found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    },
    read: async ({ entityType, id }) =>
      toRecord(entityType, (await ask(`${encodeURIComponent(entityType)}/${encodeURIComponent(id)}`)) as Row),
    open: ({ entityType, id }) => go(entityType, id),
    /** The record made; or those that it may be already, as Espo finds them. */
    async create({ entityType, name, phone }) {
      const words = name.trim().split(/\s+/);
      const last = words.pop() || phone;
      const named =
        entityType === 'Account' ? { name: name || phone } : { firstName: words.join(' '), lastName: last };
      const numbers = {
        phoneNumber: phone,
        phoneNumberData: [{ phoneNumber: phone, primary: true, type: 'Mobile' }],
      };
      const made = await ask(entityType, { ...named, ...(phone ? numbers : {}) });
      if (Array.isArray(made)) return made.map((row: Row) => toRecord(entityType, row));
      go(entityType, (made as Row).id);
      return toRecord(entityType, made as Row);
    },
    log: writeLog,
  };
}

function go(entityType: string, id: string): void {
  location.hash = `#${encodeURIComponent(entityType)}/view/${encodeURIComponent(id)}`;
}

function toRecord(entityType: string, row: Row): object {
  const { id, name, phoneNumber } = row;
  const facts = (kinds[entityType] ?? []).flatMap((label) => {
    const value = row[label];
    return typeof value === 'string' && value ? [{ label: labelOf(entityType, label), value }] : [];
  });
  return { entityType, id, name, phones: phoneNumber ? [phoneNumber] : [], facts };
}

/** In the user's language, where Espo's page lends its dictionary. */
function labelOf(entityType: string, attribute: string): string {
  const field = attribute.replace(/Name$/, '');
  const { Espo } = window as {
    Espo?: { language?: { translate?(name: string, kind: string, of: string): unknown } };
  };
  const said = Espo?.language?.translate?.(field, 'fields', entityType);
  if (typeof said === 'string' && said !== field) return said;
  return field.replace(/([A-Z])/g, ' $1').replace(/^./, (first) => first.toUpperCase());
}
