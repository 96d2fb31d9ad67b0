import type { JSX } from 'preact';
import type { Chat } from '../../../../server/contract/wire.ts';
import { forEver } from '../../model/deeds.ts';
import { t, type TextKey } from '../../text/text.ts';
import { Icon, type IconName } from '../icon.tsx';
import { Menu } from '../menu.tsx';
import { useRoom } from '../shell.ts';

const hour = 3_600_000;
const spans: [TextKey, number][] = [
  ['mute8h', 8 * hour],
  ['mute1w', 7 * 24 * hour],
  ['muteAlways', Infinity],
];

export function MenuItem(props: { icon: IconName; label: string; onClick: () => void }): JSX.Element {
  return (
    <button type="button" role="menuitem" class="item" tabIndex={-1} onClick={props.onClick}>
      <Icon name={props.icon} /> {props.label}
    </button>
  );
}

/** For how long a Chat is silent. */
export function MuteMenu({ chat, onClose }: { chat: Chat; onClose: () => void }): JSX.Element {
  const { deeds } = useRoom().model.talk;
  return (
    <Menu label={t('actMute')} onClose={onClose}>
      {spans.map(([key, span]) => (
        <MenuItem
          key={key}
          icon="mute"
          label={t(key)}
          onClick={() => {
            onClose();
            void deeds.mute(chat, Math.min(forEver, Date.now() + span));
          }}
        />
      ))}
    </Menu>
  );
}
