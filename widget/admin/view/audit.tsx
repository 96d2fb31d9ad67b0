import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AuditEntry } from '../../../server/contract/access.ts';
import { record } from '../../app/link/decode.ts';
import { isAgent, listOf, reader } from '../read.ts';
import { actText, acts } from '../text/acts.ts';
import { t } from '../text/text.ts';
import { clockTime, day, exactly } from '../text/when.ts';
import { wordsOf } from './audit-words.ts';
import { Button, Of, Page } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';
import { nameOf } from './session-words.ts';

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

type People = ReadonlyMap<number, string>;
const nobody: People = new Map();

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
  const people = useLoaded(
    async () => new Map(listOf(await admin.http.get('/agents'), isAgent).map(({ id, name }) => [id, name])),
  );
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
              <ol class="card audit">
                {page.list.map((entry, index) => (
                  <Entry
                    key={entry.number}
                    entry={entry}
                    isNewDay={index === 0 || day(page.list[index - 1]!.at) !== day(entry.at)}
                    people={people.value ?? nobody}
                  />
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

function Entry({
  entry,
  isNewDay,
  people,
}: {
  entry: AuditEntry;
  isNewDay: boolean;
  people: People;
}): JSX.Element {
  const admin = useAdmin();
  const { number, at, actor, actorName, act, ip } = entry;
  const inboxName = (id: number): string => {
    const inbox = admin.inbox(id);
    return inbox ? nameOf(inbox) : `#${id}`;
  };
  const words = wordsOf(entry, { inboxName, personName: (id) => people.get(id) ?? `#${id}` });
  const raw = [entry.subject, entry.detail].filter(Boolean).join('\n');
  return (
    <li>
      {isNewDay && <h2 class="day">{day(at)}</h2>}
      <div class="act">
        <time dateTime={new Date(at).toISOString()} title={exactly(at)}>
          {clockTime(at)}
        </time>
        <div class="grow">
          <b>{actText(act)}</b>
          {words && <span dir="auto"> {words}</span>}
          <div class="quiet">
            <span dir="auto">{actorName || (actor === 'nobody' ? t('nobody') : actor)}</span>
            {ip && (
              <>
                {' · '}
                <span dir="ltr">{ip}</span>
              </>
            )}
          </div>
        </div>
        <details>
          <summary aria-label={`${t('raw')}: #${number}`}>#{number}</summary>
          <code dir="ltr">{raw || act}</code>
        </details>
      </div>
    </li>
  );
}
