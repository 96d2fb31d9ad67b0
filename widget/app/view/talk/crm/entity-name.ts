import { hasText, t } from '../../../text/text.ts';

/** The kinds of records most CRMs have, in the Agent's language; others by the CRM's own word. */
export function entityName(entityType: string): string {
  const key = `entity_${entityType}`;
  return hasText(key) ? t(key) : entityType;
}
