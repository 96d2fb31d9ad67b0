import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Entry } from '../../model/entry.ts';
import { t } from '../../text/text.ts';
import { useRoom } from '../shell.ts';

/** Another tab sends at the very moment: what is offered must still be possible, ms. */
const margin = 400;

/** While a Message waits for second thoughts: how long, and the way to have it back in the composer. */
export function Held({ entry }: { entry: Entry }): JSX.Element | null {
  const { model, shell } = useRoom();
  const until = entry.outgoing?.heldUntil ?? 0;
  const left = useSignal(until - Date.now());
  useEffect(() => {
    const look = (): void => void (left.value = until - Date.now());
    const timer = setInterval(look, 250);
    look();
    return () => clearInterval(timer);
  }, [until]);
  if (left.value < margin || entry.outgoing?.state === 'failed') return null;
  const undo = (event: MouseEvent): void => {
    const page = (event.currentTarget as HTMLElement).closest('.page');
    shell.announce(t('undone'));
    void (entry.type === 'text' ? model.rewrite(entry) : model.discard(entry));
    page?.querySelector<HTMLElement>('.composer textarea')?.focus();
  };
  return (
    <div class="held">
      <span aria-hidden="true">{t('heldFor', { n: Math.ceil(left.value / 1_000) })}</span>
      <button type="button" class="link" onClick={undo}>
        {t('undo')}
      </button>
    </div>
  );
}
