import { z } from 'zod';
import { auditCheck, auditEntry } from '../../contract/access.ts';
import type { HttpParts } from '../parts.ts';
import { idText, limitText, signedInRoute, type Route } from '../route.ts';

const msText = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** As acts and actors are written; a database may refuse to compare other letters with them. */
const word = z.string().regex(/^[\x20-\x7e]*$/);

/** Who did what in the Organisation. Nothing here changes or removes an entry. */
export function auditRoutes({ access }: HttpParts): Route[] {
  return [
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/audit',
        summary: 'The audit log, newest first',
        query: z.object({
          before: idText.optional().describe('`next` of the page before'),
          limit: limitText.optional(),
          act: word.max(60).optional(),
          actor: word.max(40).optional(),
          since: msText.optional(),
          until: msText.optional(),
        }),
        answer: z.object({ list: z.array(auditEntry), next: z.int().nullable() }),
      },
      ({ principal, query }) => access.audit.page(principal.organisationId, query),
    ),
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/audit/check',
        summary: 'Whether the chain of hashes is whole',
        answer: auditCheck,
      },
      ({ principal }) => access.audit.check(principal.organisationId),
    ),
  ];
}
