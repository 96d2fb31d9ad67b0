import type { Alert } from '../../model/alerts.ts';
import { t } from '../../text/text.ts';
import { plainLine } from '../format.ts';
import { typeName } from '../type-name.ts';

/** The newest notification of each Chat; a further one takes its place. */
const shown = new Map<number, Notification>();

/** Shows it on the desktop, if the browser lets this page; `open` is what a click does. */
export function notify(alert: Alert, open: (chatId: number) => void): void {
  if (typeof Notification !== 'function' || Notification.permission !== 'granted') return;
  const { chatId } = alert;
  try {
    const notification = new Notification(alert.name || t('title'), {
      body: textOf(alert),
      // Two tabs that both believe they lead show one.
      tag: `chatdock:${chatId}`,
      // We make our own sound, or none.
      silent: true,
    });
    notification.addEventListener('click', () => {
      notification.close();
      window.focus();
      open(chatId);
    });
    notification.addEventListener('close', () => shown.get(chatId) === notification && shown.delete(chatId));
    shown.set(chatId, notification);
  } catch {
    // Some phones' browsers have the name only and throw.
  }
}

function textOf({ message, mentionedBy }: Alert): string {
  const text = message ? plainLine(message.body) || typeName(message.type) : '';
  if (mentionedBy !== undefined)
    return [t('mentionedYou', { name: mentionedBy }), text].filter(Boolean).join(': ');
  return text || t('newMessages', { n: 1 });
}

/** The Chat is being read: nothing on the desktop is news any more. */
export function withdraw(chatId: number): void {
  shown.get(chatId)?.close();
  shown.delete(chatId);
}

export function withdrawAll(): void {
  for (const chatId of Array.from(shown.keys())) withdraw(chatId);
}
