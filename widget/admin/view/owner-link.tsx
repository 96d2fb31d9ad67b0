import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Inbox } from '../../../server/contract/wire.ts';
import { listOf, one, reader } from '../read.ts';
import { t } from '../text/text.ts';
import { clockTime, now } from '../text/when.ts';
import { Button, Card, Chip, Snippet } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

/** While a link is out: how often is looked whether it was opened. */
const lookMs = 5_000;

interface OwnerLinkView {
  id: string;
  expiresAt: number;
  opened: boolean;
  ended: string;
}
const isLink = reader<OwnerLinkView>({
  id: 'string',
  expiresAt: 'number',
  opened: 'boolean',
  ended: 'string',
});
const isMade = reader<OwnerLinkView & { path: string }>({
  id: 'string',
  expiresAt: 'number',
  path: 'string',
});

/** A page for whoever holds the phone: no account, ten minutes, one browser, nothing but the code. */
export function OwnerLink({ inbox }: { inbox: Inbox }): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const path = `/inboxes/${inbox.id}/links`;
  const [made, tell] = useState<{ id: string; url: string } | null>(null);
  const links = useLoaded(async () => listOf(await admin.http.get(path), isLink));
  const open = links.value?.filter(({ ended, expiresAt }) => !ended && expiresAt > now.value) ?? [];
  const isOut = open.length > 0;
  const { again } = links;
  useEffect(() => {
    if (!isOut) return;
    const timer = setInterval(() => void again(), lookMs);
    return () => clearInterval(timer);
  }, [isOut, again]);
  const make = (): Promise<boolean> =>
    run(async () => {
      const link = one(await admin.http.post(path), isMade);
      tell({ id: link.id, url: `${admin.http.host}${link.path}` });
      await again();
    });
  const revoke = (id: string): Promise<boolean> =>
    run(async () => {
      await admin.http.ask('DELETE', `${path}/${id}`);
      tell(null);
      admin.say(t('linkRevoked'));
      await again();
    });
  return (
    <Card name="owner-link" title={t('ownerLink')} lead={t('ownerLinkLead')}>
      {made && open.some(({ id }) => id === made.id) && <Snippet code={made.url} />}
      <ul class="lines">
        {open.map((link) => (
          <li key={link.id}>
            <div class="grow">
              <Chip tone={link.opened ? 'good' : 'busy'}>
                {t(link.opened ? 'linkOpened' : 'linkWaiting')}
              </Chip>{' '}
              <span class="quiet">
                {t('linkUntil')} {clockTime(link.expiresAt)}
              </span>
            </div>
            <Button kind="quiet" onClick={() => void revoke(link.id)}>
              {t('linkRevokeNow')}
            </Button>
          </li>
        ))}
      </ul>
      {!isOut && (
        <Button icon="link" isBusy={isBusy} onClick={() => void make()}>
          {t('makeLink')}
        </Button>
      )}
    </Card>
  );
}
