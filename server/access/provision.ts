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
  try {
    return await createOrganisation({ db, clock, name: 'My company', adminEmail: config.adminEmail });
  } catch (error) {
    // Another process was faster: the e-mail is unique, so its transaction stands and ours does not.
    const made = isUniqueViolation(error) ? await findFirstOrganisation(db) : undefined;
    if (!made) throw error;
    return { organisationId: made.id, admin: undefined };
  }
}

/**
 * Another Organisation with its first admin: for operators (`npm run organisation`). A taken e-mail is a unique
 * violation, and then nothing is made.
 */
export async function createOrganisation(options: {
  db: Database;
  clock: Clock;
  name: string;
  adminEmail: string;
}): Promise<{ organisationId: number; admin: { email: string; password: string } }> {
  const { db, clock, name } = options;
  const email = options.adminEmail.trim().toLowerCase();
  const password = readablePassword();
  const hash = await new Passwords().hash(password);
  const organisationId = await transact(db, async (tx) => {
    const id = await insertOrganisation(tx, name, clock.now());
    await insertAgent(tx, {
      organisation_id: id,
      email,
      name: 'Admin',
      role: 'admin',
      password_hash: hash,
      locale: 'en',
      disabled_at: 0,
      created_at: clock.now(),
    });
    return id;
  });
  return { organisationId, admin: { email, password } };
}

/** 20 letters and digits that are not mistaken for one another, in groups: 98 bits. */
function readablePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = (): string => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
