import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Desk } from '../../model/desk.ts';
import { canSend } from '../../model/linking.ts';
import { t, tCode } from '../../text/text.ts';
import { reason } from '../reason.ts';
import { useRoom } from '../shell.ts';
import { Section } from './controls.tsx';

/** The numbers with their links, for who may begin one afresh. */
export function Numbers(): JSX.Element | null {
  const { model } = useRoom();
  const role = model.me.value?.agent.role;
  const linked = model.desks.value.filter((desk) => desk.session.value?.me);
  if (role === undefined || role === 'agent' || linked.length === 0) return null;
  return (
    <Section title={t('numbersOwn')}>
      {linked.map((desk) => (
        <NumberLine key={desk.id} desk={desk} />
      ))}
    </Section>
  );
}

/** Asked for once more where it interrupts; then it says how it goes until it works again. */
function NumberLine({ desk }: { desk: Desk }): JSX.Element {
  const session = desk.session.value;
  const isSure = useSignal(false);
  const isBegun = useSignal(false);
  const trouble = desk.pairing.trouble.value;
  const works = canSend(session);
  const state =
    session?.state === 'starting' || desk.pairing.isAsking.value
      ? t('restarting')
      : works
        ? t(isBegun.value ? 'restarted' : 'numberLinked')
        : session && session.code !== 'none'
          ? reason(session.code).title
          : t('numberAway');
  const restart = (): void => {
    if (works && !isSure.value) {
      isSure.value = true;
      return;
    }
    isSure.value = false;
    isBegun.value = true;
    void desk.pairing.restart();
  };
  return (
    <div class="set-line">
      <span class="grow">
        <span dir="auto">{desk.name}</span>
        <small role="status">
          {isSure.value ? t('restartLead') : trouble ? tCode('problem_', trouble) : state}
        </small>
      </span>
      <span class="set-acts">
        {isSure.value && (
          <button type="button" class="plain" onClick={() => (isSure.value = false)}>
            {t('cancel')}
          </button>
        )}
        <button
          type="button"
          class="plain"
          aria-label={`${t(isSure.value ? 'restartSure' : 'restart')}: ${desk.name}`}
          aria-disabled={desk.pairing.isAsking.value || session?.state === 'starting'}
          onClick={() => session?.state !== 'starting' && restart()}
        >
          {t(isSure.value ? 'restartSure' : 'restart')}
        </button>
      </span>
    </div>
  );
}
