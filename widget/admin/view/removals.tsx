import type { JSX } from 'preact';
import type { Removal } from '../../../server/contract/removal.ts';
import { listOf, reader } from '../read.ts';
import { t } from '../text/text.ts';
import { now } from '../text/when.ts';
import { Spinner } from './icon.tsx';
import { useAdmin, useLoaded } from './room.ts';

const isRemoval = reader<Removal>({
  inboxId: 'number',
  name: 'string',
  mode: 'string',
  messages: 'number',
  endedAt: 'number',
});

/** Numbers whose conversations are being deleted, and how far that has got. */
export function Removals(): JSX.Element {
  const admin = useAdmin();
  const list = useLoaded(
    async () => listOf(await admin.http.get('/inboxes/removals'), isRemoval),
    `${now.value} ${admin.inboxes.value?.length}`,
  );
  return (
    <>
      {list.value
        ?.filter(({ mode, endedAt }) => mode === 'delete' && endedAt === 0)
        .map(({ inboxId, name, messages }) => (
          <p key={inboxId} class="waits quiet" role="status">
            <Spinner /> {t('beingDeleted', { name })} · {t('deletedSoFar', { n: messages })}
          </p>
        ))}
    </>
  );
}
