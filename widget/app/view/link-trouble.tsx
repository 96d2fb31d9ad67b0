import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Session } from '../../../server/contract/wire.ts';
import type { Desk } from '../model/desk.ts';
import { fullTime } from '../text/dates.ts';
import { t, tCode } from '../text/text.ts';
import { copyText } from './clipboard.ts';
import { Icon } from './icon.tsx';
import { Notice, Spinner } from './parts.tsx';
import { reason } from './reason.ts';
import { useRoom } from './shell.ts';

/** Why it does not go on, and what helps. */
export function Trouble({ desk, session }: { desk: Desk; session: Session }): JSX.Element {
  const { model } = useRoom();
  const { pairing } = desk;
  const { title, lead } = reason(session.code);
  const trouble = pairing.trouble.value;
  const { action } = session;
  const isOnPhone = action === 'open-phone' || action === 'extra-step-on-phone';
  const isWaiting = action === 'wait' || isOnPhone || model.me.value?.agent.role === 'agent';
  return (
    <Notice icon={action === 'extra-step-on-phone' ? 'phone' : 'alert'} title={title} lead={lead} isAlert>
      {trouble && <p class="trouble">{tCode('problem_', trouble)}</p>}
      {isWaiting ? (
        <p class="quiet waits">
          <Spinner />
          {t(isOnPhone ? 'actionPhone' : 'actionWait')}
        </p>
      ) : action === 'retry' || action === 'pair-again' || action === 'none' ? (
        <button
          type="button"
          class="primary"
          aria-disabled={pairing.isAsking.value}
          onClick={() => void pairing.link()}
        >
          {pairing.isAsking.value && <Spinner />}
          {session.code === 'pairing-code-refused'
            ? t('showQr')
            : t(action === 'pair-again' ? 'actionPair' : 'actionRetry')}
        </button>
      ) : (
        <p class="quiet">{t('actionOperator')}</p>
      )}
      <button type="button" class="plain" onClick={() => model.show('chats')}>
        {t('viewHistory')}
      </button>
      <Details session={session} />
    </Notice>
  );
}

/** For whoever is asked for help: the same in every language. Holds no code, no number and no text of anybody. */
function Details({ session }: { session: Session }): JSX.Element {
  const { shell } = useRoom();
  const isCopied = useSignal(false);
  const facts = [
    ['state', session.state],
    ['code', session.code],
    ['since', new Date(session.since).toISOString()],
    ['inbox', String(session.inboxId)],
    ['engine', `${session.engine} (${session.upstream})`],
    ['page', location.origin],
  ] as const;
  const text = facts.map(([name, value]) => `${name}: ${value}`).join('\n');
  return (
    <details class="link-details">
      <summary>{t('details')}</summary>
      <p>{t('detailsSince', { at: fullTime(session.since) })}</p>
      <pre dir="ltr">{text}</pre>
      <button
        type="button"
        class="plain"
        onClick={() =>
          void copyText(text).then((isDone) => {
            isCopied.value = isDone;
            if (isDone) shell.announce(t('copied'));
          })
        }
      >
        <Icon name={isCopied.value ? 'check' : 'copy'} size={18} />
        {t(isCopied.value ? 'copied' : 'copy')}
      </button>
    </details>
  );
}

/** For Agents who may not link: why nothing comes or goes, and whom to ask, instead of a code they cannot use. */
export function AskAdmin({ session }: { session: Session }): JSX.Element {
  const { model } = useRoom();
  return (
    <Notice icon="key" title={t('askAdminTitle')} lead={t('askAdminLead')}>
      {session.code !== 'none' && <p class="quiet">{reason(session.code).title}</p>}
      <button type="button" class="primary" onClick={() => model.show('chats')}>
        {t('toChats')}
      </button>
    </Notice>
  );
}
