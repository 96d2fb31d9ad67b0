import type { JSX } from 'preact';
import type { Inbox } from '../../../server/contract/wire.ts';
import { record } from '../../app/link/decode.ts';
import { t } from '../text/text.ts';
import { Button } from './parts.tsx';
import { useAdmin, useDeed } from './room.ts';
import { nameOf } from './session-words.ts';

/** An archived number is in use again; what was closed with it has to be made anew. */
export function BringBack({ inbox }: { inbox: Inbox }): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const bringBack = async (): Promise<void> => {
    const isSure = await admin.ask({
      title: t('bringBackTitle', { name: nameOf(inbox) }),
      lead: t('bringBackLead'),
      deed: t('bringBack'),
      isSafe: true,
    });
    if (!isSure) return;
    await run(async () => {
      const { webhooks } = record(await admin.http.post(`/inboxes/${inbox.id}/restoration`));
      await admin.refresh();
      const names = (Array.isArray(webhooks) ? webhooks : []).map((one) => String(record(one)['session']));
      const anew = names.length > 0 ? ` ${t('webhooksAnew', { names: names.join(', ') })}` : '';
      admin.say(t('broughtBack') + anew);
    });
  };
  return (
    <Button kind="primary" isBusy={isBusy} onClick={() => void bringBack()}>
      {t('bringBack')}
    </Button>
  );
}
