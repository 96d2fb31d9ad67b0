import { z } from 'zod';
import { transact } from '../../../db/database.ts';
import { writeSetting } from '../../../db/query/setting.ts';
import type { HttpParts } from '../parts.ts';
import { findReadReceipts, readReceipts, readReceiptsSetting } from '../read-receipts.ts';
import { signedInRoute, type Route } from '../route.ts';

const path = '/organisation/settings';
const settings = z.object({ readReceipts });

/** How the Organisation wants its numbers to behave. */
export function settingRoutes({ db }: HttpParts): Route[] {
  const read = async (organisationId: number) => ({
    readReceipts: await findReadReceipts(db, organisationId),
  });
  return [
    signedInRoute(
      'agent',
      { method: 'get', path, summary: 'Settings of the Organisation', answer: settings },
      ({ scope }) => read(scope.organisationId),
    ),
    signedInRoute(
      'admin',
      {
        method: 'patch',
        path,
        summary: 'Change settings of the Organisation',
        body: settings.partial(),
        answer: settings,
      },
      async ({ scope: { organisationId }, body }) => {
        const { readReceipts: wanted } = body;
        if (wanted !== undefined) {
          await transact(db, (tx) => writeSetting(tx, organisationId, readReceiptsSetting, wanted));
        }
        return read(organisationId);
      },
    ),
  ];
}
