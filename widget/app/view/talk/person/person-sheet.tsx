import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Chat } from '../../../../../server/contract/wire.ts';
import { setBlocked } from '../../../model/block.ts';
import { troubleOf, type Trouble } from '../../../model/pairing.ts';
import { fullTime } from '../../../text/dates.ts';
import { t, tCode } from '../../../text/text.ts';
import { chatName } from '../../chat-row.tsx';
import { phoneText } from '../../phone-text.ts';
import { Icon } from '../../icon.tsx';
import { Portrait } from '../../portrait.tsx';
import { useRoom } from '../../shell.ts';
import { MuteMenu } from '../mute-menu.tsx';
import { Sheet } from '../sheet.tsx';
import { Shared } from './shared.tsx';

/** Who one writes with: number, silence, blocking, and what was shared. */
export function PersonSheet({ chat, onClose }: { chat: Chat; onClose: () => void }): JSX.Element {
  const { model } = useRoom();
  const inCrm = model.crm.known(chat)?.name;
  const name = inCrm || chatName(chat);
  return (
    <Sheet title={t('personTitle')} onClose={onClose}>
      <div class="group-head person-head">
        <Portrait chat={chat} name={inCrm || chat.name} />
        <span class="grow">
          <b class="ellipsis" dir="auto">
            {name}
          </b>
          {chat.phone && chat.name && <small dir="ltr">{phoneText(chat.phone)}</small>}
          {chat.blocked && (
            <small class="blocked-word with-icon">
              <Icon name="ban" size={14} /> {t('blocked')}
            </small>
          )}
        </span>
      </div>
      <div class="person-acts">
        <Silence chat={chat} />
        <Blocking chat={chat} name={name} />
      </div>
      <Shared chat={chat} onJump={onClose} />
    </Sheet>
  );
}

function Silence({ chat }: { chat: Chat }): JSX.Element {
  const { deeds } = useRoom().model.talk;
  const isOpen = useSignal(false);
  const isMuted = chat.mutedUntil > Date.now();
  const isForGood = chat.mutedUntil > Date.now() + 10 * 365 * 86_400_000;
  return (
    <div class="person-act">
      <button
        type="button"
        class="plain with-icon"
        data-first
        aria-haspopup={isMuted ? undefined : 'menu'}
        aria-expanded={isMuted ? undefined : isOpen.value}
        onClick={() => (isMuted ? void deeds.mute(chat, 0) : (isOpen.value = !isOpen.value))}
      >
        <Icon name={isMuted ? 'sound' : 'mute'} /> {t(isMuted ? 'actUnmute' : 'actMute')}
      </button>
      {isMuted && !isForGood && <small>{t('mutedUntil', { time: fullTime(chat.mutedUntil) })}</small>}
      {isOpen.value && <MuteMenu chat={chat} onClose={() => (isOpen.value = false)} />}
    </div>
  );
}

/** Asked first: nothing of theirs arrives meanwhile, and nobody tells it to the Agent. */
function Blocking({ chat, name }: { chat: Chat; name: string }): JSX.Element | null {
  const { model } = useRoom();
  const isAsking = useSignal(false);
  const state = useSignal<'' | 'working' | Trouble>('');
  const { contactId } = chat;
  const session = model.desks.value.find(({ id }) => id === chat.inboxId)?.session.value;
  if (contactId === null || !session?.capabilities.block) return null;
  const turn = async (): Promise<void> => {
    isAsking.value = false;
    state.value = 'working';
    try {
      await setBlocked(model, contactId, !chat.blocked);
      state.value = '';
    } catch (error) {
      state.value = troubleOf(error);
    }
  };
  return (
    <div class="person-act">
      {isAsking.value ? (
        <div class="person-ask" role="group" aria-label={t('actBlock')}>
          <p>{t('blockSure', { name })}</p>
          <div class="row-end">
            <button type="button" class="plain" onClick={() => (isAsking.value = false)}>
              {t('cancel')}
            </button>
            <button type="button" class="primary danger" onClick={() => void turn()}>
              {t('blockGo')}
            </button>
          </div>
        </div>
      ) : (
        <button
          type="button"
          class={`plain with-icon${chat.blocked ? '' : ' danger-text'}`}
          disabled={state.value === 'working'}
          aria-busy={state.value === 'working'}
          onClick={() => (chat.blocked ? void turn() : (isAsking.value = true))}
        >
          <Icon name="ban" /> {t(chat.blocked ? 'actUnblock' : 'actBlock')}
        </button>
      )}
      {state.value !== '' && state.value !== 'working' && (
        <p class="trouble" role="alert">
          {tCode('problem_', state.value)}
        </p>
      )}
    </div>
  );
}
