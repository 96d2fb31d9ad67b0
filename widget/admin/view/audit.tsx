import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AuditEntry } from '../../../server/contract/access.ts';
import { record } from '../../app/link/decode.ts';
import { listOf, reader } from '../read.ts';
import { actText, acts } from '../text/acts.ts';
import { t } from '../text/text.ts';
import { exactly } from '../text/when.ts';
import { Button, Of, Page } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

const isEntry = reader<AuditEntry>({
  number: 'number',
  at: 'number',
  actor: 'string',
  actorName: 'string',
  act: 'string',
  subject: 'string',
  detail: 'string',
  ip: 'string',
});

interface AuditPage {
  list: AuditEntry[];
  next: number | null;
}
function toPage(answer: unknown): AuditPage {
  const { next } = record(answer);
  return { list: listOf(answer, isEntry), next: typeof next === 'number' ? next : null };
}

/** Who did what, and when; and whether the log is whole. */
export function Audit(): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const [act, choose] = useState('');
  const [checked, setChecked] = useState<{ isWhole: boolean; text: string } | null>(null);
  const ask = async (before?: number): Promise<AuditPage> => {
    const filter = act && `&act=${encodeURIComponent(act)}`;
    return toPage(await admin.http.get(`/audit?limit=50${filter}${before ? `&before=${before}` : ''}`));
  };
  const entries = useLoaded(() => ask(), act);
  const check = (): Promise<boolean> =>
    run(async () => {
      const answer = record(await admin.http.get('/audit/check'));
      const isWhole = answer['whole'] === true;
      const n = Number(isWhole ? answer['entries'] : answer['brokenAt']);
      setChecked({ isWhole, text: t(isWhole ? 'auditWhole' : 'auditBroken', { n }) });
    });
  const more = ({ list, next }: AuditPage): Promise<boolean> =>
    run(async () => {
      const page = await ask(next ?? undefined);
      entries.set({ list: [...list, ...page.list], next: page.next });
    });
  return (
    <Page
      title={t('audit')}
      lead={t('auditLead')}
      aside={
        <Button icon="check" isBusy={isBusy} onClick={() => void check()}>
          {t('auditCheck')}
        </Button>
      }
    >
      {checked && (
        <p class={checked.isWhole ? 'result good' : 'result bad'} role="status">
          {checked.text}
        </p>
      )}
      <div class="filters">
        <select
          aria-label={t('auditAct')}
          value={act}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value="">{t('everyAct')}</option>
          {acts.map((one) => (
            <option key={one} value={one}>
              {actText(one)}
            </option>
          ))}
        </select>
      </div>
      <Of from={entries}>
        {(page) =>
          page.list.length === 0 ? (
            <p class="quiet">{t('auditNone')}</p>
          ) : (
            <>
              <ol class="card flush rows audit">
                {page.list.map((entry) => (
                  <Entry key={entry.number} entry={entry} />
                ))}
              </ol>
              {page.next !== null && (
                <Button isBusy={isBusy} onClick={() => void more(page)}>
                  {t('older')}
                </Button>
              )}
            </>
          )
        }
      </Of>
    </Page>
  );
}

function Entry({ entry }: { entry: AuditEntry }): JSX.Element {
  const { number, at, actor, actorName, act, subject, detail, ip } = entry;
  return (
    <li class="row">
      <div class="grow">
        <b>{actText(act)}</b>{' '}
        <span class="quiet" dir="ltr">
          {subject}
        </span>
        <div class="quiet">
          <span dir="auto">{actorName || (actor === 'nobody' ? t('nobody') : actor)}</span>
          {ip && (
            <>
              {' · '}
              <span dir="ltr">{ip}</span>
            </>
          )}
        </div>
        {detail && <code dir="ltr">{detail}</code>}
      </div>
      <div class="quiet">
        <time dateTime={new Date(at).toISOString()}>{exactly(at)}</time> <small>#{number}</small>
      </div>
    </li>
  );
}
