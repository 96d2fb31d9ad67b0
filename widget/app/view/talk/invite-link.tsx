import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../text/text.ts';
import { copyText } from '../clipboard.ts';
import { Icon } from '../icon.tsx';
import { useRoom } from '../shell.ts';

/** The link into a group we look after: asked for when it is wanted, and forgotten with the sheet. */
export function InviteLink({ chatId }: { chatId: number }): JSX.Element {
  const { model } = useRoom();
  const told = useSignal<{ link: string } | 'asking' | 'none' | null>(null);
  const isCopied = useSignal(false);
  const ask = async (): Promise<void> => {
    told.value = 'asking';
    const link = await model.talk.inviteLink(chatId);
    told.value = link === undefined ? 'none' : { link };
  };
  const state = told.value;
  return (
    <section class="people invite-link">
      <h3>{t('inviteLink')}</h3>
      {typeof state === 'object' && state ? (
        <>
          <output dir="ltr">{state.link}</output>
          <button
            type="button"
            class="plain with-icon"
            onClick={async () => (isCopied.value = await copyText(state.link))}
          >
            <Icon name="copy" size={16} /> {t(isCopied.value ? 'copied' : 'copy')}
          </button>
          <small>{t('inviteLinkLead')}</small>
        </>
      ) : (
        <>
          {state === 'none' && (
            <p class="trouble" role="alert">
              {t('inviteLinkNone')}
            </p>
          )}
          <button
            type="button"
            class="plain"
            aria-disabled={state === 'asking'}
            onClick={() => state !== 'asking' && void ask()}
          >
            {t(state === 'asking' ? 'inviteLinkAsking' : 'inviteLinkShow')}
          </button>
        </>
      )}
    </section>
  );
}
