import { z } from 'zod';
import { transact } from '../../../db/database.ts';
import { readSetting, writeSetting } from '../../../db/query/setting.ts';
import type { HttpParts } from '../parts.ts';
import { settingPlace } from './espo-actions.ts';
import { findReadReceipts, readReceipts, readReceiptsSetting } from '../read-receipts.ts';
import { signedInRoute, type Route } from '../route.ts';

const path = '/organisation/settings';
const settings = z.object({ readReceipts });

/** How the Organisation wants its numbers to behave. */
export function settingRoutes({ db, seal }: HttpParts): Route[] {
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
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/organisation/remote-server',
        summary: 'The address that saveSettings keeps, and whether there is a key with it',
        answer: z.object({ url: z.string(), hasKey: z.boolean() }),
      },
      async ({ scope: { organisationId } }) => {
        const sealed = await readSetting(db, organisationId, 'whatsappApiKey');
        return {
          url: (await readSetting(db, organisationId, 'whatsappApiUrl')) ?? '',
          hasKey: !!sealed && seal.open(sealed, settingPlace(organisationId, 'whatsappApiKey')) !== '',
        };
      },
    ),
  ];
}
