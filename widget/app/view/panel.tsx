import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../text/text.ts';
import { Chat } from './chat.tsx';
import { Corner } from './corner.tsx';
import { keepFocus } from './keep-focus.ts';
import { LinkDoor } from './link-door.tsx';
import { listExtras } from './list-extras.ts';
import { SettingsDoor } from './settings-door.tsx';
import { Notice, Spinner } from './parts.tsx';
import { Side } from './side.tsx';
import { SignIn } from './sign-in.tsx';
import { useRoom } from './shell.ts';

/** From this width, px, the list and the chat stand side by side. */
const twoPanes = 720;

/** The window of the widget: a non-modal dialog. The page behind it stays usable. */
export function Panel({ position }: { position: string }): JSX.Element {
  const { model, shell } = useRoom();
  const box = useRef<HTMLElement>(null);
  const isWide = useSignal(false);
  useEffect(() => {
    const observer = new ResizeObserver(
      ([entry]) => (isWide.value = (entry?.contentRect.width ?? 0) >= twoPanes),
    );
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const root = box.current!.getRootNode() as ShadowRoot;
    root.querySelector('.launcher')?.setAttribute('aria-controls', 'panel');
    // The launcher, outside of the panel, is one of the places.
    const onF6 = (event: Event): void => {
      const { key, shiftKey } = event as KeyboardEvent;
      if (key !== 'F6' || !shell.isShown.peek()) return;
      event.preventDefault();
      nextRegion(root, shiftKey);
    };
    root.addEventListener('keydown', onF6);
    return () => root.removeEventListener('keydown', onF6);
  }, []);
  const focusFirst = (): void => {
    const places = ['textarea', '.sign-in input', '[role=listbox]', '.set-page h2', 'input'];
    const first = places.map((place) => box.current?.querySelector<HTMLElement>(place)).find(Boolean);
    (first ?? box.current)?.focus();
  };
  useEffect(() => {
    if (!shell.isShown.value) return;
    const root = box.current!.getRootNode() as ShadowRoot;
    if (!root.activeElement?.closest('.panel')) focusFirst();
    // Also when what had the focus has gone: the sign-in, a screen that was in front.
  }, [shell.isShown.value, model.phase.value, shell.page.value]);
  useEffect(() => {
    const life = new AbortController();
    keepFocus(box.current!, () => shell.isShown.peek() && focusFirst(), life.signal);
    return () => life.abort();
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    shell.close();
  };
  return (
    <section
      ref={box}
      id="panel"
      class={`panel ${position}${shell.isExpanded.value ? ' expanded' : ''}`}
      role="dialog"
      aria-modal="false"
      aria-label={t('title')}
      tabIndex={-1}
      hidden={!shell.isShown.value}
      onKeyDown={onKeyDown}
    >
      {/* In it the bars at the top are its own, not a second banner of the page. */}
      <section class="pane">
        <Content isWide={isWide.value} />
      </section>
    </section>
  );
}

function Content({ isWide }: { isWide: boolean }): JSX.Element {
  const { model, shell } = useRoom();
  const extras = listExtras.value;
  const phase = model.phase.value;
  if (phase === 'signed-out') return <SignIn />;
  if (phase !== 'ready') {
    return (
      <div class="page">
        <EmptyBar />
        {phase === 'starting' ? (
          <div class="notice" role="status" aria-label={t('loading')}>
            <Spinner size={28} />
          </div>
        ) : (
          <Notice icon="alert" title={t('unreachableTitle')} lead={t('unreachableLead')} isAlert>
            <button type="button" class="primary" onClick={() => void model.start()}>
              {t('retry')}
            </button>
          </Notice>
        )}
      </div>
    );
  }
  if (shell.page.value && !isWide) return <SettingsDoor />;
  const screen = model.screen.value;
  const desk = model.desk.value;
  const main =
    screen.name === 'chat' ? (
      <Chat key={screen.openedAs ?? screen.chatId} chatId={screen.chatId} isWide={isWide} />
    ) : screen.name === 'link' && desk ? (
      <LinkDoor key={desk.id} desk={desk} isWide={isWide} />
    ) : null;
  if (!isWide) return main ?? <Side />;
  return (
    // Sections, so that the bar of each is its own and not the page's.
    <div class="panes">
      <section class="pane">
        {shell.page.value ? (
          <div class="page side">
            <SettingsDoor />
          </div>
        ) : (
          <Side />
        )}
      </section>
      <section class="pane">
        {main ?? (
          <div class="page nothing">
            <EmptyBar />
            {extras && <extras.NothingOpen />}
          </div>
        )}
      </section>
    </div>
  );
}

function EmptyBar(): JSX.Element {
  return (
    <header class="bar">
      <span class="grow" />
      <Corner />
    </header>
  );
}

/** F6 walks: launcher, list, messages, composer, and around. */
function nextRegion(root: ShadowRoot, isBack: boolean): void {
  const places = '.launcher, [role=listbox], [role=feed], textarea';
  const regions = Array.from(root.querySelectorAll<HTMLElement>(places)).filter((one) =>
    one.checkVisibility(),
  );
  const at = regions.indexOf(root.activeElement as HTMLElement);
  regions.at((at + (isBack ? -1 : 1)) % regions.length)?.focus();
}
