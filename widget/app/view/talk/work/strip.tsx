import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Chat } from '../../../../../server/contract/wire.ts';
import { t } from '../../../text/text.ts';
import { Icon } from '../../icon.tsx';
import { Menu } from '../../menu.tsx';
import { Avatar } from '../../parts.tsx';
import { useRoom } from '../../shell.ts';
import { CrmChip } from '../crm/crm-chip.tsx';
import { sheet } from '../menu-door.ts';

/** Under the name of a Chat: who looks after it, and its labels. */
export function WorkStrip({ chat }: { chat: Chat }): JSX.Element {
  const { model, shell } = useRoom();
  const { work } = model;
  const open = useSignal<'' | 'assignee' | 'labels'>('');
  const me = model.me.value?.agent;
  const { assignee } = chat;
  const who = !assignee ? t('unassigned') : assignee.id === me?.id ? t('you') : assignee.name;
  const toggle = (what: 'assignee' | 'labels'): void => {
    open.value = open.value === what ? '' : what;
    void work.refresh(what === 'labels' ? 'labels' : 'colleagues');
  };
  const take = async (): Promise<void> => {
    if (await work.claim(chat)) shell.announce(t('taken'));
  };
  return (
    <div class="work-strip">
      <button
        type="button"
        class={`assignee${assignee ? '' : ' none'}`}
        aria-haspopup="menu"
        aria-expanded={open.value === 'assignee'}
        onClick={() => toggle('assignee')}
      >
        {assignee ? <Avatar id={assignee.id} name={assignee.name} small /> : <Icon name="person" size={18} />}
        {/* Said, not labelled: a label would have to hold the letters of the picture, which are seen. */}
        <span class="unseen">{t('assignee', { name: who })}</span>
        <span class="ellipsis" dir="auto" aria-hidden="true">
          {who}
        </span>
        <Icon name="chevron" size={14} />
      </button>
      {!assignee && (
        <button type="button" class="take" onClick={() => void take()}>
          {t('take')}
        </button>
      )}
      <CrmChip chat={chat} />
      <div class="work-labels">
        {chat.labels.map((label) => (
          <span key={label.id} class={`label ${label.colour}`}>
            <bdi class="ellipsis">{label.name}</bdi>
          </span>
        ))}
      </div>
      <button
        type="button"
        class="label-button"
        aria-haspopup="menu"
        aria-expanded={open.value === 'labels'}
        aria-label={t('labels')}
        title={t('labels')}
        onClick={() => toggle('labels')}
      >
        <Icon name="tag" size={18} />
      </button>
      {open.value === 'assignee' && <AssigneeMenu chat={chat} onClose={() => (open.value = '')} />}
      {open.value === 'labels' && <LabelMenu chat={chat} onClose={() => (open.value = '')} />}
    </div>
  );
}

function AssigneeMenu({ chat, onClose }: { chat: Chat; onClose: () => void }): JSX.Element {
  const { model } = useRoom();
  const { work } = model;
  const me = model.me.value?.agent;
  const { assignee } = chat;
  const others = work.colleagues.value.filter((one) => one.id !== me?.id);
  const people = me ? [{ id: me.id, name: me.name }, ...others] : others;
  return (
    <Menu key="assignee" label={t('assignTo')} align="start" onClose={onClose}>
      {people.map((one) => (
        <button
          key={one.id}
          type="button"
          role="menuitemradio"
          class="item"
          tabIndex={-1}
          aria-checked={assignee?.id === one.id}
          onClick={() => {
            onClose();
            if (assignee?.id !== one.id) void work.assign(chat, one);
          }}
        >
          <Avatar id={one.id} name={one.name} small />
          <span class="grow ellipsis" dir="auto">
            {one.id === me?.id ? t('assignMe') : one.name}
          </span>
          {assignee?.id === one.id && <Icon name="check" size={18} />}
        </button>
      ))}
      {assignee && (
        <>
          <hr />
          <button
            type="button"
            role="menuitem"
            class="item"
            tabIndex={-1}
            onClick={() => {
              onClose();
              void work.assign(chat, null);
            }}
          >
            <Icon name="close" /> {t(assignee.id === me?.id ? 'release' : 'unassign')}
          </button>
        </>
      )}
    </Menu>
  );
}

function LabelMenu({ chat, onClose }: { chat: Chat; onClose: () => void }): JSX.Element {
  const { model } = useRoom();
  const { work } = model;
  const on = new Set(chat.labels.map(({ id }) => id));
  return (
    <Menu key="labels" label={t('labels')} onClose={onClose}>
      {work.labels.value.length === 0 && <p class="menu-text">{t('labelsNone')}</p>}
      {work.labels.value.map((label) => (
        <button
          key={label.id}
          type="button"
          role="menuitemcheckbox"
          class="item"
          tabIndex={-1}
          aria-checked={on.has(label.id)}
          onClick={() => void work.label(chat, label, !on.has(label.id))}
        >
          <span class={`label-dot ${label.colour}`} />
          <span class="grow ellipsis" dir="auto">
            {label.name}
          </span>
          {on.has(label.id) && <Icon name="check" size={18} />}
        </button>
      ))}
      {(model.me.value?.agent.role ?? 'agent') !== 'agent' && (
        <>
          <hr />
          <button
            type="button"
            role="menuitem"
            class="item"
            tabIndex={-1}
            onClick={() => {
              onClose();
              sheet.value = { what: 'lists', list: 'labels' };
            }}
          >
            <Icon name="settings" /> {t('manageLabels')}
          </button>
        </>
      )}
    </Menu>
  );
}
