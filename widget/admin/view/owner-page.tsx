import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { record } from '../../app/link/decode.ts';
import { ServerProblem, type Http } from '../../app/link/http.ts';
import { t, tCode } from '../text/text.ts';
import { clockTime } from '../text/when.ts';
import { Icon, Spinner } from './icon.tsx';
import { LanguageChoice } from './language.tsx';
import { Button, Empty } from './parts.tsx';

/** How often is asked; it ends when the phone is linked or the link is over. */
const askMs = 2_000;

interface Seen {
  status: string;
  inbox: string;
  /** A picture as `data:` URI. */
  qr: string | null;
  expiresAt: number;
}

/** What the first answer told this browser. Kept with the page's entry in the history: a reload is the same browser. */
function browserSecret(): string | undefined {
  const { browser } = record(history.state);
  return typeof browser === 'string' ? browser : undefined;
}

/** The phone's owner: no account, nothing but the code and how far it is. */
export function OwnerPage({ http, token }: { http: Http; token: string }): JSX.Element {
  const [seen, see] = useState<Seen | undefined>();
  const [isOver, setOver] = useState(token === '');
  const [isAway, setAway] = useState(false);
  const refresh = useRef(false);
  const isDone = seen?.status === 'connected';
  useEffect(() => {
    document.title = `${t('linkTitle')} · Chatdock`;
    if (isOver || isDone) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const browser = browserSecret();
      const body = { token, refresh: refresh.current, ...(browser ? { browser } : {}) };
      refresh.current = false;
      try {
        const answer = record(await http.post('/link', body, stop.signal));
        if (stop.signal.aborted) return;
        if (typeof answer['browser'] === 'string') history.replaceState({ browser: answer['browser'] }, '');
        setAway(false);
        see({
          status: String(answer['status']),
          inbox: String(answer['inbox']),
          qr: typeof answer['qr'] === 'string' ? answer['qr'] : null,
          expiresAt: Number(answer['expiresAt']),
        });
      } catch (error) {
        if (stop.signal.aborted) return;
        if (error instanceof ServerProblem && (error.status === 404 || error.status === 400))
          return setOver(true);
        setAway(true);
      }
      timer = setTimeout(() => void ask(), askMs);
    };
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [http, token, isOver, isDone]);

  return (
    <main class="whole">
      <section class="card sign-in owner" aria-live="polite">
        {isOver ? (
          <>
            <h1>{t('linkOver')}</h1>
            <p class="quiet">{t('linkOverLead')}</p>
          </>
        ) : isDone ? (
          <>
            <h1 class="unseen">{t('linkTitle')}</h1>
            <Empty icon="check" title={t('connected')} lead={t('linkDone')} />
          </>
        ) : (
          <>
            <h1>{t('linkTitle')}</h1>
            {seen && <p class="quiet">{t('linkLead', { name: seen.inbox })}</p>}
            <Code seen={seen} />
            {seen && (seen.status === 'failed' || seen.status === 'disconnected' || isTyped(seen)) && (
              <Button kind="primary" icon="retry" onClick={() => void (refresh.current = true)}>
                {t('refreshQr')}
              </Button>
            )}
            <ol class="steps">
              <li>{t('step1')}</li>
              <li>{t('step2')}</li>
              <li>{t('stepQr')}</li>
            </ol>
            {isAway && (
              <p class="trouble" role="alert">
                {tCode('problem_', 'no-connection')}
              </p>
            )}
            {seen && (
              <p class="quiet until">
                <Icon name="wait" size={16} /> {t('linkUntil')} {clockTime(seen.expiresAt)}
              </p>
            )}
          </>
        )}
        <LanguageChoice />
      </section>
    </main>
  );
}

/** Somebody else links by a code to type meanwhile: there is a QR code only when it is asked for. */
const isTyped = ({ status, qr }: Seen): boolean => status === 'qr' && qr === null;

function Code({ seen }: { seen: Seen | undefined }): JSX.Element {
  if (seen?.qr?.startsWith('data:image/')) return <img class="qr" src={seen.qr} alt={t('qrLabel')} />;
  return (
    <div class="qr-place">
      <Spinner />
      <span>{t('qrComing')}</span>
    </div>
  );
}
