import { randomInt } from 'node:crypto';
import { transact, type Database } from '../../db/database.ts';
import { insertAgent } from '../../db/query/agent.ts';
import { findFirstOrganisation, insertOrganisation } from '../../db/query/organisation.ts';
import { isUniqueViolation } from '../../db/portable.ts';
import type { Clock } from '../clock.ts';
import { Passwords } from './passwords.ts';

export interface Provisioned {
  organisationId: number;
  /** Of the first start only: to be shown once and kept nowhere. The admin changes it after signing in. */
  admin: { email: string; password: string } | undefined;
}

/**
 * Makes the first Organisation and its admin with a random password, when there is none. Several processes may start
 * at once: one of them makes it, and only that one is told the password.
 */
export async function provision(options: {
  db: Database;
  clock: Clock;
  config: { adminEmail: string };
}): Promise<Provisioned> {
  const { db, clock, config } = options;
  const known = await findFirstOrganisation(db);
  if (known) return { organisationId: known.id, admin: undefined };
  const password = readablePassword();
  const hash = await new Passwords().hash(password);
  try {
    const organisationId = await transact(db, async (tx) => {
      const id = await insertOrganisation(tx, 'My company', clock.now());
      await insertAgent(tx, {
        organisation_id: id,
        email: config.adminEmail,
        name: 'Admin',
        role: 'admin',
        password_hash: hash,
        locale: 'en',
        disabled_at: 0,
        created_at: clock.now(),
      });
      return id;
    });
    return { organisationId, admin: { email: config.adminEmail, password } };
  } catch (error) {
    // Another process was faster: the e-mail is unique, so its transaction stands and ours does not.
    const made = isUniqueViolation(error) ? await findFirstOrganisation(db) : undefined;
    if (!made) throw error;
    return { organisationId: made.id, admin: undefined };
  }
}

/** 20 letters and digits that are not mistaken for one another, in groups: 98 bits. */
function readablePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = (): string => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
