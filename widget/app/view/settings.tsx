import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { needsLinking } from '../model/linking.ts';
import { t } from '../text/text.ts';
import { Icon, type IconName } from './icon.tsx';
import { Menu } from './menu.tsx';
import { Avatar } from './parts.tsx';
import { useRoom } from './shell.ts';

/** The way to the settings, and what an administrator may do; behind the three dots. */
export function SettingsMenu({
  onClose,
  onConnect,
}: {
  onClose: () => void;
  onConnect: () => void;
}): JSX.Element {
  const { model, shell } = useRoom();
  const { popOut } = shell;
  const isSure = useSignal(false);
  const me = model.me.value;
  const desk = model.desk.value;
  const isAdmin = me?.agent.role === 'admin';
  const run = (action: () => void) => () => {
    onClose();
    action();
  };
  if (isSure.value && desk) {
    return (
      <Menu label={t('unlink')} onClose={onClose} key="sure">
        <p class="menu-text">{t('unlinkSure', { name: desk.name })}</p>
        <Item icon="back" flip label={t('cancel')} onClick={onClose} />
        <Item
          icon="unlink"
          isDanger
          label={t('unlink')}
          onClick={run(() => {
            void desk.pairing.unlink();
            model.show('link');
          })}
        />
      </Menu>
    );
  }
  return (
    <Menu label={t('menu')} onClose={onClose} key="menu">
      {me && (
        <div class="menu-me" role="presentation">
          <Avatar id={me.agent.id} name={me.agent.name || me.agent.email} small />
          <span>
            <b>{me.agent.name || me.agent.email}</b>
            <small>{t(isAdmin ? 'roleAdmin' : 'roleAgent')}</small>
          </span>
        </div>
      )}
      <Item icon="settings" label={t('toSettings')} onClick={run(() => (shell.page.value = 'settings'))} />
      <Item
        icon="eye"
        label={t(model.preferences.value.value.isVeiled ? 'toUnveil' : 'toVeil')}
        onClick={run(() => model.preferences.set('isVeiled', !model.preferences.value.peek().isVeiled))}
      />
      {popOut && <Item icon="out" flip label={t('popOut')} onClick={run(popOut)} />}
      <Item icon="key" label={t('toShortcuts')} onClick={run(() => (shell.page.value = 'shortcuts'))} />
      <hr />
      {isAdmin && <Item icon="plus" label={t('connectNumber')} onClick={run(onConnect)} />}
      {isAdmin && desk && desk.session.value?.me && (
        <Item icon="unlink" label={t('unlink')} onClick={() => (isSure.value = true)} />
      )}
      {desk && needsLinking(desk) && (
        <Item icon="scan" label={t('linkPhone')} onClick={run(() => model.show('link'))} />
      )}
      <Item icon="signOut" flip label={t('signOut')} onClick={run(() => void model.signOut())} />
    </Menu>
  );
}

function Item(props: {
  icon: IconName;
  label: string;
  onClick: () => void;
  isDanger?: boolean;
  flip?: boolean;
}): JSX.Element {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      class={props.isDanger ? 'item danger' : 'item'}
      onClick={props.onClick}
    >
      <Icon name={props.icon} size={18} flip={props.flip ?? false} />
      {props.label}
    </button>
  );
}
