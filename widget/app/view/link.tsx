import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Session } from '../../../server/contract/wire.ts';
import type { Desk } from '../model/desk.ts';
import { t } from '../text/text.ts';
import { ConnectionBanner } from './banner.tsx';
import { Corner } from './corner.tsx';
import { Done } from './link-done.tsx';
import { AskAdmin, Trouble } from './link-trouble.tsx';
import { ByCode, ByQr } from './link-ways.tsx';
import { IconButton, Notice } from './parts.tsx';
import { reason } from './reason.ts';
import { useRoom } from './shell.ts';

/** Linking a phone: every state of the Session has a face here and at most one thing to do. */
export function LinkScreen({ desk, isWide }: { desk: Desk; isWide: boolean }): JSX.Element {
  const { model } = useRoom();
  const session = desk.session.value;
  const isLinked = session?.state === 'working' || session?.state === 'degraded';
  const wasLinked = useRef(isLinked);
  useEffect(() => {
    if (!isLinked) wasLinked.current = false;
  }, [isLinked]);
  return (
    <div class="page link-page">
      <header class="bar">
        {!isWide && <IconButton icon="back" flip label={t('back')} onClick={() => model.show('chats')} />}
        <h2 class="grow ellipsis" dir="auto">
          {t('linkTitle', { name: desk.name })}
        </h2>
        <Corner />
      </header>
      {!isWide && <ConnectionBanner />}
      <div class="scroll">
        {session && <Face desk={desk} session={session} isFresh={isLinked && !wasLinked.current} />}
      </div>
    </div>
  );
}

function Face(props: { desk: Desk; session: Session; isFresh: boolean }): JSX.Element {
  const { model } = useRoom();
  const { desk, session } = props;
  const isReady = session.state === 'working' || session.state === 'degraded' || session.state === 'syncing';
  // Without the right there is no code to be asked for: the server keeps it, too. What was lost comes back by itself,
  // but not from another computer.
  const comesBack = session.state === 'lost' && session.code !== 'taken-over';
  const isAgent = model.me.value?.agent.role === 'agent' && !comesBack;
  if (!isReady && (desk.pairing.trouble.value === 'not-allowed' || isAgent))
    return <AskAdmin session={session} />;
  switch (session.state) {
    case 'working':
    case 'degraded':
      return <Done {...props} />;
    case 'syncing':
      return (
        <Notice icon="check" title={t('syncingTitle')} lead={t('syncingLead')}>
          <progress max={100} value={session.progress ?? undefined} aria-label={t('syncProgress')} />
          {session.progress !== null && (
            <small class="quiet" aria-hidden="true">
              {t('percent', { n: session.progress })}
            </small>
          )}
          <button type="button" class="primary" onClick={() => model.show('chats')}>
            {t('toChats')}
          </button>
        </Notice>
      );
    case 'starting':
      return <Ways desk={desk} session={session} />;
    case 'lost':
    case 'failed':
      return session.code === 'qr-expired' ? (
        <Ways desk={desk} session={session} />
      ) : (
        <Trouble desk={desk} session={session} />
      );
    case 'pairing':
    case 'stopped':
    case 'logged-out':
      // What is to be done on the phone needs no code any more.
      return session.action !== 'extra-step-on-phone' &&
        (session.state === 'pairing' ||
          session.action === 'none' ||
          session.action === 'pair-again' ||
          // Nothing is linked, and nothing went wrong: another engine was chosen.
          (session.code === 'none' && !session.me)) ? (
        <Ways desk={desk} session={session} />
      ) : (
        <Trouble desk={desk} session={session} />
      );
  }
}

/** QR code or phone number, with the steps in pictures. */
function Ways({ desk, session }: { desk: Desk; session: Session }): JSX.Element {
  const { model } = useRoom();
  const ways = session.capabilities.pairing;
  const way = useSignal<'qr' | 'code'>(session.pairing?.kind ?? (ways.includes('qr') ? 'qr' : 'code'));
  const tabs = useRef<HTMLDivElement>(null);
  const why = session.code !== 'none' && session.code !== 'qr-expired' ? reason(session.code) : undefined;
  const choose = (next: 'qr' | 'code'): void => {
    way.value = next;
    desk.pairing.trouble.value = null;
    // A code for the number is being shown to WhatsApp: the other tab needs another attempt.
    if (next === 'qr' && session.pairing?.kind === 'code') void desk.pairing.link();
  };
  return (
    <div class="ways">
      {why && (
        <div class="why" role="status">
          <b>{why.title}</b> {why.lead}
        </div>
      )}
      {ways.length > 1 && (
        <div
          ref={tabs}
          class="segments tabs"
          role="tablist"
          aria-label={t('linkTabs')}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
            choose(way.value === 'qr' ? 'code' : 'qr');
            (tabs.current?.children[way.value === 'qr' ? 0 : 1] as HTMLElement | undefined)?.focus();
          }}
        >
          {(['qr', 'code'] as const).map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              id={`cd-tab-${one}`}
              aria-controls="cd-way"
              aria-selected={one === way.value}
              tabIndex={one === way.value ? 0 : -1}
              onClick={() => choose(one)}
            >
              {t(one === 'qr' ? 'linkByQr' : 'linkByCode')}
            </button>
          ))}
        </div>
      )}
      <div
        id="cd-way"
        class="way"
        role={ways.length > 1 ? 'tabpanel' : undefined}
        aria-labelledby={ways.length > 1 ? `cd-tab-${way.value}` : undefined}
      >
        {way.value === 'qr' ? (
          <ByQr desk={desk} session={session} />
        ) : (
          <ByCode desk={desk} session={session} />
        )}
      </div>
      <button type="button" class="plain" onClick={() => model.show('chats')}>
        {t('viewHistory')}
      </button>
    </div>
  );
}
