import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { needsLinking } from '../model/linking.ts';
import type { Model } from '../model/model.ts';
import type { Desk } from '../model/desk.ts';
import { t } from '../text/text.ts';
import { ConnectionBanner } from './banner.tsx';
import { ChatList } from './chat-list.tsx';
import { Corner } from './corner.tsx';
import { phoneText } from './phone-text.ts';
import { Icon } from './icon.tsx';
import { Coming, later } from './later.tsx';
import { ConnectDoor } from './link-door.tsx';
import { Menu } from './menu.tsx';
import { hueOf, IconButton, Notice } from './parts.tsx';
import { SettingsMenu } from './settings.tsx';
import { SessionBanner } from './session-banner.tsx';
import { useRoom } from './shell.ts';
import { bringTalk } from './talk.ts';

/** The left hand: which number, its chats or its people. */
export function Side(): JSX.Element {
  const { model } = useRoom();
  const isConnecting = useSignal(false);
  const desk = model.desk.value;
  const isContacts = model.screen.value.name === 'contacts';
  const isMerged = model.isMerged.value && !isContacts;
  return (
    <div class="page side">
      <SideBar onConnect={() => (isConnecting.value = true)} isContacts={isContacts} />
      <ConnectionBanner />
      {isConnecting.value ? (
        <ConnectDoor onDone={() => (isConnecting.value = false)} />
      ) : !desk ? (
        <NoNumber onConnect={() => (isConnecting.value = true)} />
      ) : (
        <>
          {isContacts && model.desks.value.length > 1 && <WriteFrom model={model} />}
          {(isMerged ? model.desks.value : [desk]).map((one) => (
            <SessionBanner key={one.id} desk={one} isNamed={isMerged} />
          ))}
          {isContacts ? (
            <People key={desk.id} desk={desk} />
          ) : (
            <ChatList key={isMerged ? 0 : desk.id} desk={isMerged ? model.all : desk} />
          )}
        </>
      )}
    </div>
  );
}

/** With the texts and drawings of the conversations: nobody begins with them. */
const people = later(async () => (await Promise.all([import('./people-parts.ts'), bringTalk()]))[0], 'talk');

function People({ desk }: { desk: Desk }): JSX.Element {
  const { model } = useRoom();
  return (
    <Coming what={people} onBack={() => model.show('chats')}>
      {({ Contacts }) => <Contacts desk={desk} />}
    </Coming>
  );
}

function SideBar({ onConnect, isContacts }: { onConnect: () => void; isContacts: boolean }): JSX.Element {
  const { model } = useRoom();
  const open = useSignal<'' | 'numbers' | 'settings'>('');
  const desks = model.desks.value;
  const desk = model.desk.value;
  const isMerged = model.isMerged.value;
  const elsewhere = isMerged ? 0 : model.unread.value - (desk?.unread.value ?? 0);
  return (
    <header class="bar">
      {isContacts && <IconButton icon="back" flip label={t('back')} onClick={() => model.show('chats')} />}
      {desks.length > 1 && desk && !isContacts ? (
        <button
          type="button"
          class="number-switch grow"
          aria-haspopup="menu"
          aria-expanded={open.value === 'numbers'}
          onClick={() => (open.value = open.value === 'numbers' ? '' : 'numbers')}
        >
          {!isMerged && <StateDot desk={desk} />}
          <span class={isMerged ? 'ellipsis' : `ellipsis number-name hue${hueOf(desk.id)}`} dir="auto">
            {isMerged ? t('allNumbers') : desk.name}
          </span>
          {elsewhere > 0 && (
            <span class="count" role="img" aria-label={t('unreadElsewhere', { n: elsewhere })}>
              {elsewhere > 99 ? '99+' : elsewhere}
            </span>
          )}
          <Icon name="chevron" size={18} />
        </button>
      ) : (
        <h2 class="grow ellipsis" dir="auto">
          {desk && !isContacts && <StateDot desk={desk} />}
          {isContacts ? t('newChat') : (desk?.name ?? t('title'))}
        </h2>
      )}
      {desk && !isContacts && (
        <IconButton icon="pen" label={t('newChat')} onClick={() => model.show('contacts')} />
      )}
      <IconButton
        icon="menu"
        label={t('menu')}
        popup="menu"
        expanded={open.value === 'settings'}
        onClick={() => (open.value = open.value === 'settings' ? '' : 'settings')}
      />
      <Corner />
      {open.value === 'numbers' && <Numbers model={model} onClose={() => (open.value = '')} />}
      {open.value === 'settings' && <SettingsMenu onClose={() => (open.value = '')} onConnect={onConnect} />}
    </header>
  );
}

function Numbers({ model, onClose }: { model: Model; onClose: () => void }): JSX.Element {
  return (
    <Menu label={t('numbers')} align="start" onClose={onClose}>
      <button
        type="button"
        role="menuitemradio"
        aria-checked={model.isMerged.value}
        tabIndex={-1}
        class="item"
        onClick={() => {
          onClose();
          model.chooseAll();
        }}
      >
        <Icon name="bubble" size={18} />
        <b class="grow">{t('allNumbers')}</b>
        <Unread n={model.unread.value} />
      </button>
      {model.desks.value.map((desk) => (
        <button
          key={desk.id}
          type="button"
          role="menuitemradio"
          aria-checked={!model.isMerged.value && desk.id === model.deskId.value}
          tabIndex={-1}
          class="item"
          onClick={() => {
            onClose();
            model.chooseDesk(desk.id);
          }}
        >
          <StateDot desk={desk} />
          <span class="grow" dir="auto">
            <b class={`number-name hue${hueOf(desk.id)}`}>{desk.name}</b>
            <small dir="ltr">{desk.session.value?.me ? phoneText(desk.session.value.me.phone) : ''}</small>
          </span>
          <Unread n={desk.unread.value} />
        </button>
      ))}
    </Menu>
  );
}

function Unread({ n }: { n: number }): JSX.Element | null {
  if (!n) return null;
  return (
    <span class="count" role="img" aria-label={t('unreadCount', { n })}>
      {n > 99 ? '99+' : n}
    </span>
  );
}

/** The number that a new chat is begun from. */
function WriteFrom({ model }: { model: Model }): JSX.Element {
  return (
    <label class="write-from">
      <span>{t('writeFrom')}</span>
      <select
        value={model.deskId.value}
        onChange={(event) => model.writeFrom(Number(event.currentTarget.value))}
      >
        {model.desks.value.map((desk) => (
          <option key={desk.id} value={desk.id}>
            {desk.name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Green: messages come and go. Amber: they wait. Red: someone has to do something. */
export function StateDot({ desk }: { desk: Desk }): JSX.Element {
  const state = desk.session.value?.state ?? 'stopped';
  const tone =
    state === 'working' || state === 'syncing' || !desk.session.value?.capabilities.pairing.length
      ? 'good'
      : needsLinking(desk) || state === 'failed'
        ? 'bad'
        : 'waiting';
  return <span class={`dot ${tone}`} aria-hidden="true" />;
}

function NoNumber({ onConnect }: { onConnect: () => void }): JSX.Element {
  const { model } = useRoom();
  const isAdmin = model.me.value?.agent.role === 'admin';
  return (
    <Notice icon="phone" title={t('noInboxTitle')} lead={t(isAdmin ? 'noInboxAdmin' : 'noInboxAgent')}>
      {isAdmin && (
        <button type="button" class="primary" onClick={onConnect}>
          {t('connectNumber')}
        </button>
      )}
    </Notice>
  );
}
