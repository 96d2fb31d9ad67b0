import type { ComponentType, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Agent } from '../../../server/contract/wire.ts';
import { place } from '../place.ts';
import { t, type TextKey } from '../text/text.ts';
import { Icon, Spinner, type IconName } from './icon.tsx';
import { LanguageChoice } from './language.tsx';
import { Later, type Chunk } from './later.tsx';
import { initials } from './parts.tsx';
import { useAdmin } from './room.ts';

interface Entry extends Chunk<{ rest: string[] }> {
  name: string;
  icon: IconName;
  label: TextKey;
  /** The least role it is offered to. */
  least: Agent['role'];
}
const entries: Entry[] = [
  {
    name: 'numbers',
    icon: 'phone',
    label: 'numbers',
    least: 'supervisor',
    texts: [],
    bring: async () => (await import('./numbers.tsx')).Numbers,
  },
  {
    name: 'events',
    icon: 'pulse',
    label: 'events',
    least: 'supervisor',
    texts: ['rest'],
    bring: async () => (await import('./events.tsx')).Events,
  },
  {
    name: 'people',
    icon: 'people',
    label: 'people',
    least: 'admin',
    texts: ['rest'],
    bring: async () => (await import('./people.tsx')).People,
  },
  {
    name: 'keys',
    icon: 'key',
    label: 'keys',
    least: 'admin',
    texts: ['rest'],
    bring: async () => (await import('./keys.tsx')).Keys,
  },
  {
    name: 'webhooks',
    icon: 'hook',
    label: 'webhooks',
    least: 'admin',
    texts: ['number', 'rest'],
    bring: async () => (await import('./webhooks.tsx')).Webhooks,
  },
  {
    name: 'embed',
    icon: 'code',
    label: 'embed',
    least: 'admin',
    texts: ['rest'],
    bring: async () => (await import('./embed.tsx')).Embed,
  },
  {
    name: 'audit',
    icon: 'book',
    label: 'audit',
    least: 'admin',
    texts: ['number', 'rest'],
    bring: async () => (await import('./audit.tsx')).Audit,
  },
];
const account: Entry = {
  name: 'account',
  icon: 'people',
  label: 'account',
  least: 'agent',
  texts: ['rest'],
  bring: async () => (await import('./account.tsx')).Account,
};
const signIn: Entry = {
  ...account,
  name: 'sign-in',
  label: 'signIn',
  texts: [],
  bring: async () => (await import('./sign-in.tsx')).SignIn,
};
const welcome: Entry = {
  ...account,
  name: 'invitation',
  label: 'signIn',
  bring: async () => (await import('./welcome.tsx')).Welcome,
};

const ladder: readonly Agent['role'][] = ['agent', 'supervisor', 'admin'];

/** The frame around every screen: where one is, who one is, and what was just done. */
export function Frame(): JSX.Element {
  const admin = useAdmin();
  const me = admin.me.value;
  const invitation = /^invitation=(.+)$/.exec(place.value[0] ?? '')?.[1];
  if (invitation !== undefined) return <Brought entry={welcome} rest={[invitation]} />;
  if (me === undefined) {
    return (
      <main class="whole" aria-busy="true">
        <h1 class="unseen">Chatdock</h1>
        <Spinner />
      </main>
    );
  }
  if (me === null) return <Brought entry={signIn} rest={[]} />;
  const mine = entries.filter(({ least }) => ladder.indexOf(me.agent.role) >= ladder.indexOf(least));
  const entry =
    place.value[0] === 'account'
      ? account
      : (mine.find(({ name }) => name === place.value[0]) ?? mine[0] ?? account);
  return (
    <div class="frame">
      <a class="skip" href="#main" onClick={(event) => skip(event)}>
        {t('skip')}
      </a>
      <header class="top">
        <a class="brand" href={`#/${(mine[0] ?? account).name}`}>
          <span class="mark" aria-hidden="true" />
          <span class="brand-name">Chatdock</span>
          <span class="org" dir="auto">
            {me.organisation.name}
          </span>
        </a>
        <div class="who">
          {mine.length > 0 && <Live />}
          <LanguageChoice />
          <a
            class="avatar small"
            href="#/account"
            title={`${t('account')}: ${me.agent.name}`}
            aria-label={`${t('account')}: ${me.agent.name}`}
            aria-current={entry === account ? 'page' : undefined}
          >
            {initials(me.agent.name)}
          </a>
          <button
            type="button"
            class="icon-button"
            title={t('signOut')}
            aria-label={t('signOut')}
            onClick={() => void admin.signOut()}
          >
            <Icon name="signOut" flip />
          </button>
        </div>
      </header>
      {mine.length > 0 && (
        <nav class="nav" aria-label={t('sections')}>
          {mine.map((one) => (
            <NavLink key={one.name} entry={one} isHere={one === entry} />
          ))}
        </nav>
      )}
      <main id="main" tabIndex={-1} class={mine.length > 0 ? undefined : 'alone'}>
        {mine.length === 0 && <p class="result">{t('onlyAdminsLead')}</p>}
        <Brought entry={entry} rest={place.value.slice(1)} />
      </main>
      <Asked />
      <div class="notice-place" role="status" aria-live="polite">
        {admin.notice.value && (
          <p class={admin.notice.value.isBad ? 'toast bad' : 'toast'}>{admin.notice.value.text}</p>
        )}
      </div>
    </div>
  );
}

function Brought({ entry, rest }: { entry: Entry; rest: string[] }): JSX.Element {
  return <Later key={entry.name} of={entry} give={{ rest }} label={t(entry.label)} />;
}

function skip(event: MouseEvent): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#main')?.focus();
}

function NavLink({ entry, isHere }: { entry: Entry; isHere: boolean }): JSX.Element {
  const here = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // On a phone the row of screens is wider than the glass.
    const row = here.current?.parentElement;
    if (!isHere || !row || row.scrollWidth <= row.clientWidth) return;
    const { offsetLeft, offsetWidth } = here.current!;
    row.scrollTo({ left: offsetLeft - (row.clientWidth - offsetWidth) / 2 });
  }, [isHere]);
  return (
    <a ref={here} href={`#/${entry.name}`} aria-current={isHere ? 'page' : undefined}>
      <Icon name={entry.icon} />
      {t(entry.label)}
    </a>
  );
}

/** The question comes with the first thing that asks one. */
function Asked(): JSX.Element | null {
  const { question } = useAdmin();
  const [dialog, setDialog] = useState<{ Of: ComponentType } | null>(null);
  const isAsked = question.value !== null;
  useEffect(() => {
    if (!isAsked || dialog) return;
    // Without it nothing is answered, so nothing is done.
    import('./ask.tsx').then(
      ({ Ask }) => setDialog({ Of: Ask }),
      () => question.value?.answer(false),
    );
  }, [isAsked, dialog]);
  return dialog && <dialog.Of />;
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
