import { useSignalEffect, type Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { t } from '../text/text.ts';
import { useRoom } from './shell.ts';

/** Messages that come within this time, ms, are told in one sentence. */
const gatherMs = 1_200;

/** The one place that speaks to screen readers. The lists themselves stay silent, or everything would be read thrice. */
export function Announcer({ said }: { said: Signal<string> }): JSX.Element {
  const { model, shell } = useRoom();
  const [text, setText] = useState('');
  const gathered = useRef(new Map<string, number>());
  useSignalEffect(() => {
    if (said.value) setText(said.value);
  });
  useSignalEffect(() => {
    const news = model.arrived.value;
    if (!news.length || !shell.isShown.peek()) return;
    const isFirst = gathered.current.size === 0;
    for (const row of news) {
      const name = row.sender?.name || model.findChat(row.chatId)?.name || t('unknownPerson');
      gathered.current.set(name, (gathered.current.get(name) ?? 0) + 1);
    }
    if (!isFirst) return;
    setTimeout(() => {
      setText(Array.from(gathered.current, ([name, n]) => t('arrivedFrom', { n, name })).join('. '));
      gathered.current.clear();
    }, gatherMs);
  });
  return (
    <div class="unseen" role="status" aria-live="polite">
      {text}
    </div>
  );
}
