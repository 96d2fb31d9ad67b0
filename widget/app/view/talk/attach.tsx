import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import { Icon, type IconName } from '../icon.tsx';
import { Menu } from '../menu.tsx';
import { IconButton } from '../parts.tsx';
import { useRoom } from '../shell.ts';
import { sheet } from './menu-door.ts';
import { stage } from './staged.ts';

/** Files from a button, the clipboard, or dropped anywhere on the Chat. */
export function Attach(props: {
  chatId: number;
  field: RefObject<HTMLTextAreaElement | null>;
  onSent: () => void;
}): JSX.Element {
  const { model } = useRoom();
  const { chatId, field } = props;
  const isOpen = useSignal(false);
  const isOver = useSignal(false);
  const media = useRef<HTMLInputElement>(null);
  const photo = useRef<HTMLInputElement>(null);
  const documents = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const area = field.current;
    const page = area?.closest<HTMLElement>('.page');
    if (!area || !page) return undefined;
    const { signal, abort } = ((life) => ({ signal: life.signal, abort: () => life.abort() }))(
      new AbortController(),
    );
    const hasFiles = (event: DragEvent): boolean => Boolean(event.dataTransfer?.types.includes('Files'));
    area.addEventListener(
      'paste',
      (event) => {
        const files = Array.from(event.clipboardData?.files ?? []);
        // A table copied from an office program is also a picture; then the text is what is meant.
        if (!files.length || event.clipboardData?.types.includes('text/plain')) return;
        event.preventDefault();
        void stage(model.talk, chatId, files, false);
      },
      { signal },
    );
    page.addEventListener(
      'dragover',
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        isOver.value = true;
      },
      { signal },
    );
    page.addEventListener(
      'dragleave',
      (event) => {
        if (!page.contains(event.relatedTarget as Node | null)) isOver.value = false;
      },
      { signal },
    );
    page.addEventListener(
      'drop',
      (event) => {
        isOver.value = false;
        if (!hasFiles(event)) return;
        event.preventDefault();
        void stage(model.talk, chatId, Array.from(event.dataTransfer?.files ?? []), false);
      },
      { signal },
    );
    return abort;
  }, [chatId]);
  const chosen = (input: HTMLInputElement, asDocument: boolean): void => {
    void stage(model.talk, chatId, Array.from(input.files ?? []), asDocument);
    input.value = '';
  };
  const item = (icon: IconName, label: string, run: () => void): JSX.Element => (
    <button
      type="button"
      role="menuitem"
      class="item"
      tabIndex={-1}
      onClick={() => {
        isOpen.value = false;
        run();
      }}
    >
      <Icon name={icon} /> {label}
    </button>
  );
  // Whoever points with a finger has the camera of their phone, with all it can.
  const isPhone = matchMedia('(pointer: coarse)').matches;
  const takePhoto = (): void => {
    if (isPhone) photo.current?.click();
    else sheet.value = { what: 'camera' };
  };
  return (
    <>
      <IconButton
        icon="attach"
        class="tool"
        label={t('attach')}
        popup="menu"
        expanded={isOpen.value}
        onClick={() => (isOpen.value = !isOpen.value)}
      />
      {isOpen.value && (
        <div class="attach-menu">
          <Menu label={t('attach')} align="start" onClose={() => (isOpen.value = false)}>
            {item('image', t('attachMedia'), () => media.current?.click())}
            {item('document', t('attachDocument'), () => documents.current?.click())}
            {(isPhone || canSee()) && item('camera', t('attachCamera'), takePhoto)}
            {model.desk.value?.session.value?.capabilities.vote &&
              item('poll', t('type_poll'), () => (sheet.value = { what: 'poll' }))}
          </Menu>
        </div>
      )}
      <input
        ref={media}
        type="file"
        hidden
        multiple
        accept="image/*,video/*"
        tabIndex={-1}
        onChange={(event) => chosen(event.currentTarget, false)}
      />
      <input
        ref={photo}
        type="file"
        hidden
        accept="image/*"
        capture="environment"
        tabIndex={-1}
        onChange={(event) => chosen(event.currentTarget, false)}
      />
      <input
        ref={documents}
        type="file"
        hidden
        multiple
        tabIndex={-1}
        onChange={(event) => chosen(event.currentTarget, true)}
      />
      {isOver.value && (
        <div class="drop-here" aria-hidden="true">
          <span>
            <Icon name="attach" size={28} /> {t('dropHere')}
          </span>
        </div>
      )}
    </>
  );
}

/** A page without a secure context has no camera. */
function canSee(): boolean {
  return isSecureContext && navigator.mediaDevices !== undefined;
}
