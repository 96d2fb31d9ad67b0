import { signal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t, type TextKey } from '../text/text.ts';
import { Ask } from './ask.tsx';
import { Icon, Spinner, type IconName } from './icon.tsx';
import { LanguageChoice } from './language.tsx';
import { Empty } from './parts.tsx';
import { useAdmin } from './room.ts';
import { SignIn } from './sign-in.tsx';
import { Welcome } from './welcome.tsx';

/** What stands after `#/`: the screen, and what of it. */
const place = signal(read());
function read(): string[] {
  return location.hash.replace(/^#\/?/, '').split('/').filter(Boolean);
}
addEventListener('hashchange', () => (place.value = read()));

type Screen = ComponentType<{ rest: string[] }>;
interface Entry {
  name: string;
  icon: IconName;
  label: TextKey;
  bring: () => Promise<Screen>;
}
const entries: Entry[] = [
  {
    name: 'numbers',
    icon: 'phone',
    label: 'numbers',
    bring: async () => (await import('./numbers.tsx')).Numbers,
  },
  {
    name: 'events',
    icon: 'pulse',
    label: 'events',
    bring: async () => (await import('./events.tsx')).Events,
  },
  {
    name: 'people',
    icon: 'people',
    label: 'people',
    bring: async () => (await import('./people.tsx')).People,
  },
  { name: 'keys', icon: 'key', label: 'keys', bring: async () => (await import('./keys.tsx')).Keys },
  {
    name: 'webhooks',
    icon: 'hook',
    label: 'webhooks',
    bring: async () => (await import('./webhooks.tsx')).Webhooks,
  },
  { name: 'embed', icon: 'code', label: 'embed', bring: async () => (await import('./embed.tsx')).Embed },
  { name: 'audit', icon: 'book', label: 'audit', bring: async () => (await import('./audit.tsx')).Audit },
];

/** The frame around every screen: where one is, who one is, and what was just done. */
export function Frame(): JSX.Element {
  const admin = useAdmin();
  const me = admin.me.value;
  const invitation = /^invitation=(.+)$/.exec(place.value[0] ?? '')?.[1];
  if (invitation !== undefined) {
    const begin = (): void => {
      location.hash = '#/numbers';
      void admin.begin();
    };
    return <Welcome token={invitation} onDone={begin} />;
  }
  if (me === undefined) {
    return (
      <main class="whole" aria-busy="true">
        <h1 class="unseen">Chatdock</h1>
        <Spinner />
      </main>
    );
  }
  if (me === null) return <SignIn />;
  const name = place.value[0] ?? 'numbers';
  const entry = entries.find((one) => one.name === name) ?? entries[0]!;
  return (
    <div class="frame">
      <a class="skip" href="#main" onClick={(event) => skip(event)}>
        {t('skip')}
      </a>
      <header class="top">
        <a class="brand" href="#/numbers">
          <span class="mark" aria-hidden="true" />
          <span class="brand-name">Chatdock</span>
          <span class="org" dir="auto">
            {me.organisation.name}
          </span>
        </a>
        <div class="who">
          <Live />
          <LanguageChoice />
          <button
            type="button"
            class="icon-button"
            title={`${t('signOut')}: ${me.agent.name}`}
            aria-label={`${t('signOut')}: ${me.agent.name}`}
            onClick={() => void admin.signOut()}
          >
            <Icon name="signOut" flip />
          </button>
        </div>
      </header>
      {admin.isAdmin.value && (
        <nav class="nav" aria-label={t('sections')}>
          {entries.map((one) => (
            <NavLink key={one.name} entry={one} isHere={one === entry} />
          ))}
        </nav>
      )}
      <main id="main" tabIndex={-1}>
        {admin.isAdmin.value ? (
          <Brought key={entry.name} entry={entry} rest={place.value.slice(1)} />
        ) : (
          <>
            <h1 class="unseen">Chatdock</h1>
            <Empty icon="lock" title={t('onlyAdmins')} lead={t('onlyAdminsLead')} />
          </>
        )}
      </main>
      <Ask />
      <div class="notice-place" role="status" aria-live="polite">
        {admin.notice.value && (
          <p class={admin.notice.value.isBad ? 'toast bad' : 'toast'}>{admin.notice.value.text}</p>
        )}
      </div>
    </div>
  );
}

function skip(event: MouseEvent): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#main')?.focus();
}

function NavLink({ entry, isHere }: { entry: Entry; isHere: boolean }): JSX.Element {
  const here = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // On a phone the row of screens is wider than the glass.
    if (isHere) here.current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [isHere]);
  return (
    <a ref={here} href={`#/${entry.name}`} aria-current={isHere ? 'page' : undefined}>
      <Icon name={entry.icon} />
      {t(entry.label)}
    </a>
  );
}

/** A screen is a chunk of its own, asked for when it is first opened. */
function Brought({ entry, rest }: { entry: Entry; rest: string[] }): JSX.Element {
  const [screen, setScreen] = useState<{ Of: Screen } | 'failed' | undefined>();
  useEffect(() => {
    let isGone = false;
    entry.bring().then(
      (Of) => isGone || setScreen({ Of }),
      () => isGone || setScreen('failed'),
    );
    return () => {
      isGone = true;
    };
  }, [entry]);
  if (screen === 'failed') return <Empty icon="alert" title={t('problem_no-connection')} />;
  if (!screen) {
    return (
      <div class="waiting" role="status">
        <h1 class="unseen">{t(entry.label)}</h1>
        <Spinner />
        {t('loading')}
      </div>
    );
  }
  return <screen.Of rest={rest} />;
}

/** Whether what is on the screen is live. */
function Live(): JSX.Element {
  const { isLive } = useAdmin();
  const words = t(isLive.value ? 'live' : 'notLive');
  return (
    <span class={isLive.value ? 'live on' : 'live'} title={words}>
      <i aria-hidden="true" />
      <span>{words}</span>
    </span>
  );
}
