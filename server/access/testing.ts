import { insertOrganisation } from '../../db/query/organisation.ts';
import type { Database } from '../../db/database.ts';
import type { Role } from '../contract/wire.ts';
import { MemoryBus } from '../bus/memory.ts';
import { ManualClock } from '../clock.ts';
import { createLog } from '../log.ts';
import { createAccess } from './access.ts';
import type { Caller } from './sign-in.ts';

export const goodPassword = 'violet anvil 7 sleeps';
export const here: Caller = { ip: '192.0.2.1', userAgent: 'test', origin: '' };

/** The room on a database of a test, with a clock in the test's hands and what it wrote to its log. */
export function accessForTest(db: Database) {
  const clock = new ManualClock();
  const bus = new MemoryBus();
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  const access = createAccess({ db, clock, bus, log });
  let count = 0;
  return {
    access,
    clock,
    bus,
    lines,
    /** A new Organisation with an Agent of the given role. */
    async newAgent(role: Role = 'agent', password = goodPassword, organisation?: number) {
      const organisationId = organisation ?? (await insertOrganisation(db, 'Test', clock.now()));
      const email = `agent-${++count}-${Math.random().toString(36).slice(2)}@crm.example`;
      const agent = await access.createAgent(organisationId, { email, name: 'Test', role, password });
      return { organisationId, email, password, agentId: agent.id };
    },
    signIn(email: string, password: string, mode: 'bearer' | 'cookie' = 'bearer', caller: Caller = here) {
      return access.signIn({ email, password, mode, caller, originAllowed: async () => true });
    },
  };
}
