import { PeopleApi } from '../link/people-api.ts';
import type { Model } from './model.ts';

/** Blocks a person on WhatsApp, or lets them write again; rejects where it cannot be done now. */
export async function setBlocked(model: Model, contactId: number, blocked: boolean): Promise<void> {
  const row = await new PeopleApi(model.http).block(contactId, blocked);
  if (row) model.putContact(row);
}
