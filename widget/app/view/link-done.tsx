import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Session } from '../../../server/contract/wire.ts';
import type { Desk } from '../model/desk.ts';
import { t } from '../text/text.ts';
import { phoneText } from './phone-text.ts';
import { Avatar, Notice } from './parts.tsx';
import { useRoom } from './shell.ts';

/** How long the moment of success stays before the chats take over, ms. */
const successMs = 1_500;

/**
 * Linked: whose number it is, and on to the chats by itself. When another number was expected nothing goes on by itself:
 * the person says whether it is the right one.
 */
export function Done(props: { desk: Desk; session: Session; isFresh: boolean }): JSX.Element {
  const { desk, session, isFresh } = props;
  const { model, shell } = useRoom();
  const { me } = session;
  const expected = desk.pairing.expected.value;
  const isOther = isFresh && me !== null && expected !== null && expected !== me.phone;
  const stays = useSignal(false);
  useEffect(() => {
    if (!isFresh) return undefined;
    shell.announce(isOther ? t('wrongTitle') : t('linkedTitle'));
    if (isOther || stays.value) return undefined;
    const timer = setTimeout(() => model.show('chats'), successMs);
    return () => clearTimeout(timer);
  }, [isFresh, isOther, stays.value]);
  const go = (
    <button
      type="button"
      class={isOther ? 'plain' : 'primary'}
      onClick={() => {
        desk.pairing.expected.value = null;
        model.show('chats');
      }}
    >
      {t(isOther ? 'wrongKeep' : 'toChats')}
    </button>
  );
  if (isOther) {
    return (
      <Notice
        icon="alert"
        title={t('wrongTitle')}
        lead={t('wrongLead', { expected: phoneText(expected), phone: phoneText(me.phone) })}
        isAlert
      >
        <button type="button" class="primary" onClick={() => void desk.pairing.unlink()}>
          {t('wrongUnlink')}
        </button>
        {go}
      </Notice>
    );
  }
  return (
    <Notice icon="check" title={t('linkedTitle')}>
      {me && (
        <div class="linked-me">
          <Avatar id={session.inboxId} name={me.name || desk.name} />
          <span>
            {me.name && <b dir="auto">{me.name}</b>}
            <span dir="ltr">{phoneText(me.phone)}</span>
          </span>
        </div>
      )}
      {go}
      {isFresh && !stays.value && (
        <button type="button" class="plain" onClick={() => (stays.value = true)}>
          {t('stay')}
        </button>
      )}
    </Notice>
  );
}
