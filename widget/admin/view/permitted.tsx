import type { JSX } from 'preact';
import { isAgent, listOf, one, reader } from '../read.ts';
import { t } from '../text/text.ts';
import { Card, Of } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

interface Permission {
  everyone: boolean;
  agentIds: number[];
}
const isPermission = reader<Permission>({ everyone: 'boolean', agentIds: 'object' });

/** Who may see a number. What is taken away is gone at once. */
export function Permitted({ inboxId }: { inboxId: number }): JSX.Element {
  const admin = useAdmin();
  const path = `/inboxes/${inboxId}/agents`;
  const { run } = useDeed();
  const loaded = useLoaded(async () => {
    const [permission, agents] = await Promise.all([admin.http.get(path), admin.http.get('/agents')]);
    // Supervisors and admins see every number anyway.
    const list = listOf(agents, isAgent).filter(({ role, disabled }) => role === 'agent' && !disabled);
    return { permission: one(permission, isPermission), agents: list };
  });
  const choose = async (permission: Permission): Promise<void> => {
    await run(async () => {
      await admin.http.ask('PUT', path, permission);
      admin.say(t('saved'));
    });
    await loaded.again();
  };
  return (
    <Card title={t('permitted')} lead={t('permittedLead')}>
      <Of from={loaded}>
        {({ permission, agents }) => (
          <>
            <div class="segments" role="radiogroup" aria-label={t('permitted')}>
              {[true, false].map((everyone) => (
                <label key={`${everyone}`}>
                  <input
                    type="radio"
                    name={`permitted-${inboxId}`}
                    checked={permission.everyone === everyone}
                    onChange={() => void choose({ ...permission, everyone })}
                  />
                  <span>{t(everyone ? 'permittedAll' : 'permittedSome')}</span>
                </label>
              ))}
            </div>
            {!permission.everyone && agents.length === 0 && <p class="quiet">{t('permittedNone')}</p>}
            {!permission.everyone && agents.length > 0 && (
              <ul class="boxes">
                {agents.map(({ id, name }) => (
                  <li key={id}>
                    <label class="tick-line">
                      <input
                        type="checkbox"
                        checked={permission.agentIds.includes(id)}
                        onChange={(event) => {
                          const others = permission.agentIds.filter((one) => one !== id);
                          const agentIds = event.currentTarget.checked ? [...others, id] : others;
                          void choose({ everyone: false, agentIds });
                        }}
                      />
                      <span dir="auto">{name}</span>
                    </label>
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Of>
    </Card>
  );
}
