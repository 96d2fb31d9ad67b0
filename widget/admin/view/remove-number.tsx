import type { JSX } from 'preact';
import type { Inbox } from '../../../server/contract/wire.ts';
import { codeOf } from '../admin.ts';
import { record } from '../../app/link/decode.ts';
import { t, tCode } from '../text/text.ts';
import { Button, Card } from './parts.tsx';
import { useAdmin, useDeed } from './room.ts';
import { isArchived, nameOf } from './session-words.ts';

type Mode = 'keep' | 'delete';

/** Takes a number out of use: its conversations stay to be read, or go with it. Both ask for its name. */
export function RemoveNumber({ inbox }: { inbox: Inbox }): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const remove = async (mode: Mode): Promise<void> => {
    const name = nameOf(inbox);
    const words =
      mode === 'keep'
        ? (['archiveTitle', 'archiveLead', 'archiveDeed'] as const)
        : (['deleteTitle', 'deleteLead', 'deleteDeed'] as const);
    const isSure = await admin.ask({
      title: t(words[0], { name }),
      lead: t(words[1]),
      deed: t(words[2]),
      word: name,
    });
    if (!isSure) return;
    await run(async () => {
      try {
        const { phone } = record(
          await admin.http.post(`/inboxes/${inbox.id}/removal`, { mode, name: inbox.name }),
        );
        const done = t(mode === 'keep' ? 'removed' : 'deletedSoon');
        // The list is shown without it, not with it for a moment longer.
        await admin.refresh();
        if (mode === 'delete') location.hash = '#/numbers';
        if (phone === 'not-told') admin.say(`${done} ${t('phoneNotTold')}`, true);
        else admin.say(done);
      } catch (error) {
        const code = codeOf(error);
        admin.say(code === 'conflict' ? t('wrongName') : tCode('problem_', code), true);
      }
    });
  };
  return (
    <Card title={t('removeNumber')} lead={t('removeNumberLead')}>
      <div class="row-end">
        {!isArchived(inbox.session) && (
          <Button isBusy={isBusy} onClick={() => void remove('keep')}>
            {t('archive')}
          </Button>
        )}
        <Button kind="danger" isBusy={isBusy} onClick={() => void remove('delete')}>
          {t('deleteNumber')}
        </Button>
      </div>
    </Card>
  );
}
