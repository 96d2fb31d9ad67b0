import type { JSX } from 'preact';
import type { Agent } from '../../../server/contract/wire.ts';
import { record } from '../../app/link/decode.ts';
import { isSignIn, listOf } from '../read.ts';
import { t } from '../text/text.ts';
import { Button, Chip, Of, When } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

/** Where a person is signed in; each can be ended. */
export function SignIns({ agent, isMe }: { agent: Agent; isMe: boolean }): JSX.Element {
  const admin = useAdmin();
  const path = isMe ? '/auth/sessions' : `/agents/${agent.id}/sessions`;
  const list = useLoaded(async () => listOf(await admin.http.get(path), isSignIn));
  const { isBusy, run } = useDeed();
  const end = async (id: string): Promise<void> => {
    await run(async () => {
      await admin.http.ask('DELETE', `${path}/${id}`);
      admin.say(t('signInEnded'));
    });
    await list.again();
  };
  return (
    <div>
      <Of from={list}>
        {(rows) =>
          rows.length === 0 ? (
            <p class="quiet">{t('signInsNone')}</p>
          ) : (
            <ul class="lines">
              {rows.map((one) => (
                <li key={one.id}>
                  <div class="grow">
                    <b>{browserOf(one.userAgent)}</b> {one.current && <Chip tone="good">{t('thisOne')}</Chip>}
                    <div class="quiet">
                      {one.origin && (
                        <>
                          <span dir="ltr">{one.origin}</span> ·{' '}
                        </>
                      )}
                      {t('lastSeen')} <When at={one.lastSeenAt} />
                    </div>
                  </div>
                  {!one.current && (
                    <Button kind="quiet" isBusy={isBusy} onClick={() => void end(one.id)}>
                      {t('end')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Of>
    </div>
  );
}

/** Whether somebody has a second factor; it can be taken off for who has lost it. */
export function AgentFactor({ agent }: { agent: Agent }): JSX.Element {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const path = `/agents/${agent.id}/totp`;
  const state = useLoaded(async () => record(await admin.http.get(path))['enabled'] === true);
  const reset = async (): Promise<void> => {
    const isSure = await admin.ask({
      title: t('resetTwoFactorTitle', { name: agent.name }),
      lead: t('resetTwoFactorLead'),
      deed: t('resetTwoFactor'),
    });
    if (!isSure) return;
    await run(async () => void (await admin.http.ask('DELETE', path)));
    await state.again();
  };
  return (
    <div>
      <h3>{t('twoFactor')}</h3>
      <Of from={state}>
        {(isOn) => (
          <div class="factor">
            <Chip tone={isOn ? 'good' : 'off'}>{t(isOn ? 'twoFactorHas' : 'twoFactorHasNot')}</Chip>
            {isOn && (
              <Button kind="quiet" isBusy={isBusy} onClick={() => void reset()}>
                {t('resetTwoFactor')}
              </Button>
            )}
          </div>
        )}
      </Of>
    </div>
  );
}

/** `Firefox, Windows`: what people recognise of a user agent. */
function browserOf(agent: string): string {
  const browser = /Edg|OPR|Firefox|Chrome|Safari/.exec(agent)?.[0] ?? agent.slice(0, 40);
  const system = /Windows|Android|iPhone|iPad|Mac OS|Linux/.exec(agent)?.[0];
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera' };
  return [names[browser] ?? browser, system].filter(Boolean).join(', ') || '—';
}
